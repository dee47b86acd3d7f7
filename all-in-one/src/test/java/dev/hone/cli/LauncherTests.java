package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./hone` in a project of its own, whose build makes one empty jar, called by a user who may not do everything.
class LauncherTests {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    private Path folder;

    private Path jar;

    @BeforeEach
    void project() throws IOException {
        Path project = Path.of("..").toAbsolutePath().normalize();
        permit(folder, "rwxr-xr-x");
        Files.copy(project.resolve("hone"), folder.resolve("hone"));
        Files.createDirectories(folder.resolve(".mvn"));
        Files.copy(project.resolve(".mvn/find-jdk"), folder.resolve(".mvn/find-jdk"));
        Files.createDirectories(folder.resolve("all-in-one/src/main"));
        Files.writeString(folder.resolve("pom.xml"), "");
        Files.writeString(folder.resolve("all-in-one/pom.xml"), "");
        Files.createDirectories(folder.resolve("home"));
        jar = Files.writeString(folder.resolve("home/library.jar"), "");
        Path build = Files.writeString(folder.resolve("mvnw"), """
                #!/bin/sh
                mkdir -p all-in-one/target
                : >all-in-one/target/all-in-one-1.jar
                printf %%s %s >all-in-one/target/classpath
                """.formatted(jar));
        permit(build, "rwxr-xr-x");
        permit(folder.resolve("hone"), "rwxr-xr-x");
    }

    @Test
    void whatIsBuiltIsUsedByOthersWhoMayReadIt() throws Exception {
        assertThat(hone(false)).contains("Building Hone (log: " + folder.resolve("build/build.log") + ")");
        assertThat(hone(true))
                .noneMatch(line -> line.startsWith("hone:") || line.startsWith("Building"))
                .anyMatch(line -> line.contains("dev.hone.cli.Main")); // Java was called; the jar is empty
    }

    @Test
    void aClassPathInAnotherUsersHomeIsOneClearMessage() throws Exception {
        hone(false);
        permit(jar.getParent(), "rwx------");
        lock();
        assertThat(hone(true))
                .singleElement()
                .asString()
                .startsWith("hone: " + folder.resolve("build") + " belongs to ")
                .contains("can neither use nor replace", "sudo chown -R");
    }

    @Test
    void aFolderInWhichNothingCanBeBuiltIsOneClearMessage() throws Exception {
        permit(folder, "r-xr-xr-x");
        assertThat(hone(true))
                .singleElement()
                .asString()
                .startsWith("hone: " + folder.resolve("build") + " cannot be made by ");
        permit(folder, "rwxr-xr-x");
    }

    /// Where the tests are not run by root, another user is this one without rights.
    private void lock() throws IOException {
        if (!ROOT) {
            permit(folder.resolve("build"), "r-xr-xr-x");
            permit(jar.getParent(), "---------");
        }
    }

    /// What it says on standard error.
    private List<String> hone(boolean another) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (another && ROOT) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(folder.resolve("hone").toString(), "runs"));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        if (jar != null && !ROOT) {
            permit(jar.getParent(), "rwxr-xr-x");
            if (Files.exists(folder.resolve("build"))) {
                permit(folder.resolve("build"), "rwxr-xr-x");
            }
        }
        return Stream.of(said.split("\n")).filter(line -> !line.isBlank()).toList();
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
