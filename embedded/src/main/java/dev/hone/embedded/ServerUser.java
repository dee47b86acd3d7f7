package dev.hone.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// As whom PostgreSQL runs. It refuses to be root, so root starts it inside a user namespace of its own or, where there
/// is
/// none (as in most containers), as the user `nobody`.
sealed interface ServerUser {

    /// The user that runs this process.
    record Same() implements ServerUser {}

    /// The same user, who is nobody in a user namespace.
    record Namespace() implements ServerUser {}

    /// Root gives its rights up for those of this user.
    record Dropped(int id) implements ServerUser {}

    int NOBODY = 65534;

    static ServerUser detect(Path folder) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new Same();
        }
        if (succeeds("unshare", "-U", "true")) {
            return new Namespace();
        }
        ServerUser dropped = new Dropped(NOBODY);
        if (succeeds(dropped.command(List.of("test", "-x", folder.toString())).toArray(String[]::new))) {
            return dropped;
        }
        throw new IllegalStateException(
                "PostgreSQL does not run as root, and here it can neither run in a user namespace"
                        + " (unshare -U) nor as nobody in " + folder
                        + ". Start Hone as another user, or choose a --data-dir that everybody may enter, for example /var/tmp/hone.");
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // the program is not there
        }
    }

    /// The command as it has to be called.
    default List<String> command(List<String> command) {
        List<String> prefix = switch (this) {
            case Same() -> List.of();
            case Namespace() -> List.of("unshare", "-U");
            case Dropped(int id) -> List.of("setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups");
        };
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    /// Gives a file or a tree to that user.
    default void own(Path root) throws IOException {
        if (!(this instanceof Dropped(int id))) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Files.setAttribute(path, "unix:uid", id);
                Files.setAttribute(path, "unix:gid", id);
            }
        }
    }
}
