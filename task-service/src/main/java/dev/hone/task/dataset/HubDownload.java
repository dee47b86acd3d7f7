package dev.hone.task.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Fetches a dataset from a hub into a folder, laid out as on the hub. A download that was cut goes on where it
/// stopped;
/// files that are there and right are not fetched again.
///
/// Environment: `HF_ENDPOINT` (default `https://huggingface.co`), `HF_TOKEN` (for private and gated datasets; it is
/// sent to
/// the endpoint's own host alone).
public final class HubDownload {

    private static final int ATTEMPTS = 5;

    private final HubConnection hub;
    private final Consumer<Progress> progress;

    HubDownload(HubConnection hub, Consumer<Progress> progress) {
        this.hub = hub;
        this.progress = progress;
    }

    /// @param environment as [System#getenv()] gives it
    /// @param progress told after each file and about once a second in between
    public static HubDownload fromEnvironment(Map<String, String> environment, Consumer<Progress> progress) {
        return new HubDownload(HubConnection.fromEnvironment(environment), progress);
    }

    /// How far a download is.
    ///
    /// @param file being fetched
    /// @param bytes of all files that are here
    /// @param totalBytes of all files
    public record Progress(String file, long bytes, long totalBytes) {}

    /// What was fetched.
    ///
    /// @param revision the commit
    /// @param files paths within the folder
    /// @param bytes of all files together
    public record Result(String revision, List<String> files, long bytes) {}

    /// @param dataset `owner/name`
    /// @param revision branch, tag or commit
    /// @param folder made if need be
    /// @throws HubException with what happened and what to do; what was fetched so far stays for the next try
    public Result download(String dataset, String revision, Path folder) throws InterruptedException {
        String commit = hub.retrying(ATTEMPTS, () -> hub.commit(dataset, revision));
        List<HubFile> files = hub.retrying(ATTEMPTS, () -> hub.files(dataset, commit));
        if (files.isEmpty()) {
            throw new HubException(
                    "Dataset '" + dataset + "' has no files at revision " + revision
                            + "; name another one with --revision.",
                    false);
        }
        try {
            Files.createDirectories(folder);
            Path root = folder.toRealPath();
            long total = files.stream().mapToLong(HubFile::size).sum();
            long done = 0;
            for (HubFile file : files) {
                Path target = target(root, file.path());
                long before = done;
                if (!Files.isRegularFile(target) || !file.matches(target)) {
                    hub.retrying(ATTEMPTS, () -> {
                        fetch(
                                dataset,
                                commit,
                                file,
                                target,
                                bytes -> progress.accept(new Progress(file.path(), before + bytes, total)));
                        return target;
                    });
                }
                done += file.size();
                progress.accept(new Progress(file.path(), done, total));
            }
            return new Result(commit, files.stream().map(HubFile::path).toList(), total);
        } catch (IOException e) {
            throw new HubException(
                    "Cannot write to " + folder + ": " + e + "; free space or name another folder with --path.", e);
        }
    }

    private void fetch(String dataset, String commit, HubFile file, Path target, Consumer<Long> bytes)
            throws IOException {
        Path part = target.resolveSibling(target.getFileName() + "." + file.shortId() + ".part");
        if (!Files.exists(part) || Files.size(part) < file.size()) {
            hub.fetch(dataset, commit, file, part, bytes);
        }
        long size = Files.size(part);
        if (size < file.size()) {
            throw new HubException(
                    file.path() + " ended after " + size + " of " + file.size()
                            + " bytes; run the command again to go on.",
                    true);
        }
        if (!file.matches(part)) {
            Files.delete(part);
            throw new HubException(
                    file.path() + " came as " + size + " bytes that are not the " + file.size()
                            + " bytes with checksum " + file.checksum() + " that the hub lists; run the command again.",
                    true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Where the file belongs. A hub's answer is not to be trusted: no name leads out of the folder, nor does a link in
    /// it.
    private static Path target(Path root, String name) throws IOException {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.contains("\\") || part.contains("\0")) {
                throw new HubException(
                        "The hub lists a file named '" + name + "', which leads out of the folder; nothing of it is"
                                + " written. Do not use this dataset.",
                        false);
            }
        }
        Path target = root.resolve(name);
        Path parent = Files.createDirectories(target.getParent());
        if (!parent.toRealPath().startsWith(root)) {
            throw new HubException(
                    target + " lies behind a link that leads out of " + root + "; remove the link.", false);
        }
        return target;
    }
}
