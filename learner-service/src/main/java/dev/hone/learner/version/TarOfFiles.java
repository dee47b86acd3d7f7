package dev.hone.learner.version;

import dev.hone.policy.ModelFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A folder of files as a tar. Everything is opened before the first byte is written: what is removed meanwhile, as
/// checkpoints are, is sent nevertheless.
final class TarOfFiles implements AutoCloseable {

    private record Opened(String name, long size, InputStream content) {}

    private final String folder;
    private final List<Opened> opened = new ArrayList<>();

    private TarOfFiles(String folder) {
        this.folder = folder;
    }

    static TarOfFiles open(String folder, ModelFiles files) throws IOException {
        TarOfFiles tar = new TarOfFiles(folder);
        try {
            for (ModelFiles.Entry entry : files.entries()) {
                tar.opened.add(
                        switch (entry) {
                            case ModelFiles.Entry.Made made ->
                                new Opened(
                                        made.name(), made.content().length, new ByteArrayInputStream(made.content()));
                            case ModelFiles.Entry.OnDisk there ->
                                new Opened(there.name(), Files.size(there.file()), Files.newInputStream(there.file()));
                        });
            }
            return tar;
        } catch (IOException e) {
            tar.close();
            throw e;
        }
    }

    /// Leaves the stream open.
    void write(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        for (Opened file : opened) {
            TarArchiveEntry entry = new TarArchiveEntry(folder + "/" + file.name());
            entry.setSize(file.size());
            tar.putArchiveEntry(entry);
            file.content().transferTo(tar);
            tar.closeArchiveEntry();
        }
        tar.finish();
    }

    @Override
    public void close() throws IOException {
        for (Opened file : opened) {
            file.content().close();
        }
    }
}
