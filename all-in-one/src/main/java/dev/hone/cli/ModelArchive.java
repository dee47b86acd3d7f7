package dev.hone.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/// A model as the gateway sends it: a zip or a tar of one directory, or of the files in it.
final class ModelArchive {

    private static final int MAGIC = 2;

    private ModelArchive() {}

    /// Unpacks an archive; where it ends early, nothing is left.
    ///
    /// @param target a folder that is not there yet
    /// @throws IOException if it cannot be read or written, or holds no model
    static void unpack(InputStream archive, Path target) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        Folders.delete(unfinished);
        try {
            Files.createDirectories(unfinished);
            try (ArchiveInputStream<? extends ArchiveEntry> entries = open(new BufferedInputStream(archive))) {
                for (ArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                    write(entries, entry, unfinished);
                }
            }
            Files.move(model(unfinished), target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(unfinished);
        }
    }

    private static ArchiveInputStream<? extends ArchiveEntry> open(BufferedInputStream in) throws IOException {
        in.mark(MAGIC);
        boolean zip = in.read() == 'P' && in.read() == 'K';
        in.reset();
        return zip ? new ZipArchiveInputStream(in) : new TarArchiveInputStream(in);
    }

    /// The folder that holds the model: what was unpacked, or the one folder in it.
    private static Path model(Path unpacked) throws IOException {
        try (Stream<Path> inside = Files.list(unpacked)) {
            return Stream.concat(Stream.of(unpacked), inside)
                    .filter(folder -> Files.exists(folder.resolve("config.json")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("what the gateway sent is no model: it has no config.json"));
        }
    }

    private static void write(InputStream content, ArchiveEntry entry, Path root) throws IOException {
        Path file = root.resolve(entry.getName()).normalize();
        if (!file.startsWith(root)) {
            throw new IOException("the archive has an entry outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        Files.copy(content, file);
    }
}
