package dev.hone.task.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A dataset's folder as the hub lays it out: either `README.md` names each split's files, or their names do.
final class HubFolder {

    /// Where a split's files lie if nothing says otherwise; `{name}` is the configuration, `{split}` the split.
    private static final List<String> CONVENTIONS = List.of(
            "{name}/{split}-*",
            "{name}/{split}.*",
            "{name}/{split}/*",
            "data/{split}-*",
            "data/{split}.*",
            "data/{split}/*",
            "{split}-*",
            "{split}.*",
            "{split}/*");

    private static final int DEPTH = 8;
    private static final int NAMED_IN_MESSAGE = 12;

    private final String keyPrefix;
    private final Path root;

    /// @param keyPrefix of the configuration's keys, for messages
    HubFolder(String keyPrefix, Path root) {
        this.keyPrefix = keyPrefix;
        this.root = root;
    }

    /// The split's files, shards in order of their names.
    ///
    /// @param splitKey key of the configuration that names the split
    /// @throws DatasetException if there are none
    List<Path> files(String name, String split, String splitKey) {
        if (!Files.isDirectory(root)) {
            throw new DatasetException(
                    keyPrefix + "dataset_path",
                    "No folder " + root + "; download the dataset (./hone download-dataset --target=… --path=" + root
                            + ") or correct the path.");
        }
        List<String> all = list();
        Optional<List<String>> declared =
                HubCard.read(root.resolve("README.md"), keyPrefix).patterns(name, split, splitKey);
        List<String> found =
                declared.map(patterns -> matching(all, patterns)).orElseGet(() -> byName(all, name, split));
        if (found.isEmpty()) {
            throw new DatasetException(
                    splitKey,
                    "No " + RowFile.Format.suffixes() + " files for split '" + split + "' of '" + name + "' in " + root
                            + declared.map(patterns -> " (README.md says " + patterns + ")")
                                    .orElse("") + "; there are "
                            + all.stream().limit(NAMED_IN_MESSAGE).toList() + ". Correct dataset_name or the split.");
        }
        return found.stream().map(root::resolve).toList();
    }

    /// Of the first place that has any, the files of one format: a folder may hold the same rows in several.
    private static List<String> byName(List<String> all, String name, String split) {
        for (String convention : CONVENTIONS) {
            String pattern = convention.replace("{name}", glob(name)).replace("{split}", glob(split));
            List<String> there = matching(all, List.of(pattern));
            for (RowFile.Format format : RowFile.Format.values()) {
                List<String> found = there.stream()
                        .filter(file -> RowFile.Format.of(file).orElseThrow() == format)
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static String glob(String literal) {
        return literal.replaceAll("([\\\\*?\\[\\]{}])", "\\\\$1");
    }

    private static List<String> matching(List<String> files, List<String> patterns) {
        List<PathMatcher> matchers = patterns.stream()
                .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                .toList();
        return files.stream()
                .filter(file -> RowFile.Format.of(file).isPresent())
                .filter(file -> matchers.stream().anyMatch(matcher -> matcher.matches(Path.of(file))))
                .toList();
    }

    /// Paths below the root, sorted; hidden ones left out. Links are followed: the hub's cache is made of them.
    private List<String> list() {
        try (Stream<Path> paths = Files.find(
                root, DEPTH, (path, attributes) -> attributes.isRegularFile(), FileVisitOption.FOLLOW_LINKS)) {
            return paths.map(root::relativize)
                    .filter(HubFolder::visible)
                    .map(Path::toString)
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DatasetException(keyPrefix + "dataset_path", root + " cannot be listed: " + e + ".", e);
        }
    }

    private static boolean visible(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }
}
