package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTests {

    @TempDir
    private Path folder;

    @Test
    void aZipAndATarBecomeADirectory() throws IOException {
        for (byte[] archive :
                new byte[][] {zip("config.json", "model.safetensors"), tar("config.json"), tar("run-3/config.json")}) {
            Path target = Files.createTempDirectory(folder, "").resolve("model");
            ModelArchive.unpack(new ByteArrayInputStream(archive), target);
            assertThat(target.resolve("config.json"))
                    .content()
                    .startsWith("content of ")
                    .endsWith("config.json");
            assertThat(target.getParent()).isDirectoryNotContaining("glob:**.unfinished");
        }
    }

    @Test
    void anEntryOutsideOfTheFolderIsRefused() throws IOException {
        byte[] archive = zip("config.json", "../outside");
        assertThatThrownBy(() -> ModelArchive.unpack(new ByteArrayInputStream(archive), folder.resolve("model")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outside of its folder: ../outside");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsNoModelLeavesNothing() throws IOException {
        byte[] archive = tar("readme.txt");
        assertThatThrownBy(() -> ModelArchive.unpack(new ByteArrayInputStream(archive), folder.resolve("model")))
                .hasMessageContaining("no config.json");
        byte[] cut = Arrays.copyOf(zip("config.json", "model.safetensors"), 70);
        assertThatThrownBy(() -> ModelArchive.unpack(new ByteArrayInputStream(cut), folder.resolve("model")))
                .isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }

    static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (String name : names) {
                write(zip, new ZipArchiveEntry(name), name);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] tar(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String name : names) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(content(name).length);
                write(tar, entry, name);
            }
        }
        return bytes.toByteArray();
    }

    private static <E extends ArchiveEntry> void write(ArchiveOutputStream<E> archive, E entry, String name)
            throws IOException {
        archive.putArchiveEntry(entry);
        archive.write(content(name));
        archive.closeArchiveEntry();
    }

    private static byte[] content(String name) {
        return ("content of " + name).getBytes(StandardCharsets.UTF_8);
    }
}
