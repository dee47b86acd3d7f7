package dev.hone.doctor;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine, as far as it is looked at.
///
/// @param systemFolders where the sandbox takes programs from
/// @param path where other programs are looked for
/// @param dataDirectory where everything is to be kept; perhaps not there yet
/// @param memory bytes that this process may use in all, those of a container included
/// @param diskFree bytes free where the data directory is, or is to be
/// @param root whether it is root who asks
public record Machine(
        List<Path> systemFolders, List<Path> path, Path dataDirectory, long memory, long diskFree, boolean root) {

    /// The machine that this process runs on.
    ///
    /// @throws IOException if the data directory's disk cannot be asked
    public static Machine here(Path dataDirectory) throws IOException {
        String path = System.getenv().getOrDefault("PATH", "");
        FileStore disk = Files.getFileStore(existing(dataDirectory));
        long memory = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
        return new Machine(
                Stream.of("/usr/bin", "/bin", "/usr/local/bin").map(Path::of).toList(),
                Stream.of(path.split(File.pathSeparator)).map(Path::of).toList(),
                dataDirectory,
                memory,
                disk.getUsableSpace(),
                "root".equals(System.getProperty("user.name")));
    }

    /// A folder itself, or the nearest one above it that is there.
    static Path existing(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    /// A program in one of the folders.
    static Optional<Path> find(String program, List<Path> folders) {
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
                .findFirst();
    }
}
