package dev.hone.worker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/// The class path of this process, as a worker of a jar gets it.
final class ClassPath {

    private ClassPath() {}

    /// Its jars, with those that their manifests name, and folders that hold classes; a folder that holds settings
    /// alone
    /// stays out.
    static List<String> own() {
        Set<Path> found = new LinkedHashSet<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                add(Path.of(entry).toAbsolutePath().normalize(), found);
            }
        }
        return found.stream().map(Path::toString).toList();
    }

    private static void add(Path path, Set<Path> found) {
        try {
            if (Files.isDirectory(path)) {
                if (holdsClasses(path)) {
                    found.add(path);
                }
            } else if (Files.isRegularFile(path) && found.add(path)) {
                for (Path named : inManifest(path)) {
                    add(named, found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The class path's " + path + " cannot be read", e);
        }
    }

    private static boolean holdsClasses(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".class"));
        }
    }

    private static List<Path> inManifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String named =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return named == null || named.isBlank()
                    ? List.of()
                    : Stream.of(named.strip().split("\\s+"))
                            .map(relative -> jar.toUri().resolve(relative))
                            .filter(address -> "file".equals(address.getScheme()))
                            .map(ClassPath::path)
                            .toList();
        }
    }

    private static Path path(URI address) {
        return Path.of(address).toAbsolutePath().normalize();
    }
}
