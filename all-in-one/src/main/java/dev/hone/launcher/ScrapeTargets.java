package dev.hone.launcher;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Where Prometheus finds the services of this process, which listen on free ports: a file for its `file_sd_configs`.
final class ScrapeTargets {

    /// Its name in the data directory.
    static final String FILE = "prometheus.json";

    private ScrapeTargets() {}

    private record Target(List<String> targets, Map<String, String> labels) {}

    /// @param running the services that run, by module, and where
    static void write(Path folder, Map<String, URI> running) {
        List<Target> targets = running.entrySet().stream()
                .map(service ->
                        new Target(List.of(service.getValue().getAuthority()), Map.of("service", service.getKey())))
                .toList();
        try {
            Files.write(folder.resolve(FILE), EventCodec.json().writeValueAsBytes(targets));
        } catch (IOException e) {
            throw new UncheckedIOException("Data directory " + folder + " cannot be written: " + e, e);
        }
    }
}
