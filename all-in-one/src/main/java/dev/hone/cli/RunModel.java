package dev.hone.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A version of the weights that a run trained, as a Hugging Face directory.
///
/// @param version of the weights
/// @param local the folder with it on this machine; null where it has to be fetched
record RunModel(
        GatewayClient gateway,
        String run,
        int version,
        @Nullable Path local) {

    /// @param version null for the newest
    /// @throws UserErrorException if there is no such run, or nothing is trained yet
    static RunModel of(GatewayClient gateway, String run, @Nullable Integer version) {
        JsonNode view = gateway.get(GatewayClient.run(run));
        JsonNode newest = view.path("policyVersion");
        if (version == null && !newest.isNumber()) {
            throw new UserErrorException("Run " + run + " has no model yet: it is "
                    + view.path("state").asString() + ". Try again once it is running.");
        }
        int wanted = version == null ? newest.asInt() : version;
        Optional<Path> exported = Optional.ofNullable(view.path("export").asString(null))
                .map(Path::of)
                .filter(folder -> wanted == newest.asInt() && Files.exists(folder.resolve("config.json")));
        return new RunModel(gateway, run, wanted, exported.orElse(null));
    }

    /// Writes it.
    ///
    /// @param target a folder with nothing in it, or none
    void write(Path target) throws IOException {
        if (Folders.used(target)) {
            throw new UserErrorException(target + " is there already; name a new folder.");
        }
        Files.deleteIfExists(target);
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (local != null) {
            Folders.copy(local, target);
            return;
        }
        try (InputStream archive =
                gateway.open("/api/v1/models/" + GatewayClient.encoded(run) + "/" + version + "/download")) {
            ModelArchive.unpack(archive, target);
        }
    }
}
