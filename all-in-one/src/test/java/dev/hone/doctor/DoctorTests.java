package dev.hone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the doctor says of machines on which something is missing: their programs are scripts in a folder.
class DoctorTests {

    private static final long GIB = 1L << 30;

    @TempDir
    private Path folder;

    private Path programs;

    @BeforeEach
    void healthy() throws IOException {
        programs = Files.createDirectory(folder.resolve("programs"));
        program("python3", "echo 3.12.1");
        program("bwrap", "case $1 in --version) echo bubblewrap 0.9.0;; esac");
        program("nvidia-smi", "echo '570.10, NVIDIA Card, 80000 MiB'");
    }

    @Test
    void findsNothingAmissOnAHealthyMachine() throws Exception {
        assertThat(findings(8 * GIB, 50 * GIB))
                .extracting(Finding::what)
                .containsExactly(
                        "system",
                        "JDK",
                        "memory",
                        "disk",
                        "data directory",
                        "database",
                        "ports",
                        "Python",
                        "bubblewrap",
                        "namespaces",
                        "PyTorch",
                        "CUDA");
        assertThat(findings(8 * GIB, 50 * GIB))
                .filteredOn(finding -> !finding.what().equals("ports")) // 8080 may be taken here
                .allMatch(finding ->
                        finding.level() == Finding.Level.OK && finding.advice().isEmpty());
        assertThat(finding("CUDA")).isEqualTo(Finding.ok("CUDA", "570.10, NVIDIA Card, 80000 MiB"));
        assertThat(finding("Python").found()).isEqualTo("3.12.1 at " + programs.resolve("python3"));
    }

    @Test
    void missesPythonThatIsNotThere() throws Exception {
        Files.delete(programs.resolve("python3"));
        assertThat(finding("Python").level()).isEqualTo(Finding.Level.MISSING);
        assertThat(finding("Python").advice()).contains("apt-get install python3");
    }

    @Test
    void missesPythonThatDoesNotRun() throws Exception {
        program("python3", "echo no library >&2; exit 127");
        assertThat(finding("Python").level()).isEqualTo(Finding.Level.MISSING);
        assertThat(finding("Python").found()).endsWith("python3 does not run: no library");
    }

    @Test
    void missesBubblewrapAndDoesNotTakeOneFromElsewhere() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.move(programs.resolve("bwrap"), elsewhere.resolve("bwrap"));
        Machine machine = new Machine(
                List.of(programs), List.of(programs, elsewhere), folder.resolve("data"), 8 * GIB, 50 * GIB, false);
        List<Finding> findings = new Doctor(machine, OptionalInt.empty()).findings();
        assertThat(findings).extracting(Finding::what).doesNotContain("namespaces");
        assertThat(findings)
                .filteredOn(finding -> finding.what().equals("bubblewrap"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.level()).isEqualTo(Finding.Level.MISSING);
                    assertThat(finding.found()).endsWith("the one at " + elsewhere.resolve("bwrap") + " is not taken");
                    assertThat(finding.advice()).contains("apt-get install bubblewrap");
                });
    }

    @Test
    void missesNamespacesWhereNoJailCanBeMade() throws Exception {
        program(
                "bwrap",
                "case $1 in --version) echo bubblewrap 0.9.0;; *) echo 'bwrap: No permissions to create new namespace' >&2;"
                        + " exit 1;; esac");
        assertThat(finding("bubblewrap").level()).isEqualTo(Finding.Level.OK);
        assertThat(finding("namespaces").level()).isEqualTo(Finding.Level.MISSING);
        assertThat(finding("namespaces").found()).endsWith("bwrap: No permissions to create new namespace");
        assertThat(finding("namespaces").advice()).contains("user.max_user_namespaces", "sandbox.isolation=seccomp");
    }

    @Test
    void takesAJailWithTheContainersOwnProc() throws Exception {
        program("bwrap", "case \"$*\" in *'--proc /proc'*) exit 1;; esac");
        assertThat(finding("namespaces").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void notesAGpuThatCannotBeUsed() throws Exception {
        program("nvidia-smi", "echo 'Failed to initialize NVML'; exit 9");
        assertThat(finding("CUDA").level()).isEqualTo(Finding.Level.NOTE);
        assertThat(finding("CUDA").found()).isEqualTo("nvidia-smi fails: Failed to initialize NVML");
        program("nvidia-smi", "echo '470.57, NVIDIA Old Card, 8000 MiB'");
        assertThat(finding("CUDA").advice()).contains("older than 525");
        Files.delete(programs.resolve("nvidia-smi"));
        assertThat(finding("CUDA").found()).contains("models run on the CPU");
    }

    @Test
    void missesMemoryAndDiskThatAreTooSmall() throws Exception {
        assertThat(levels("memory", 1 * GIB, 3 * GIB, 8 * GIB))
                .containsExactly(Finding.Level.MISSING, Finding.Level.NOTE, Finding.Level.OK);
        assertThat(finding("disk", 8 * GIB, 1 * GIB).level()).isEqualTo(Finding.Level.MISSING);
        assertThat(finding("disk", 8 * GIB, 1 * GIB).found()).startsWith("1.0 GiB free for ");
        assertThat(finding("disk", 8 * GIB, 3 * GIB).level()).isEqualTo(Finding.Level.NOTE);
    }

    @Test
    void missesADataDirectoryThatIsAFile() throws Exception {
        Files.writeString(folder.resolve("data"), "");
        assertThat(finding("data directory").level()).isEqualTo(Finding.Level.MISSING);
        assertThat(finding("data directory").advice()).contains("--data-dir");
    }

    @Test
    void missesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = ports(taken.getLocalPort());
            assertThat(finding.level()).isEqualTo(Finding.Level.MISSING);
            assertThat(finding.found()).isEqualTo(taken.getLocalPort() + " is taken");
        }
    }

    private Finding ports(int port) throws Exception {
        return new Doctor(machine(8 * GIB, 50 * GIB), OptionalInt.of(port))
                .findings().stream()
                        .filter(one -> one.what().equals("ports"))
                        .findFirst()
                        .orElseThrow();
    }

    private List<Finding.Level> levels(String what, long... memories) throws Exception {
        List<Finding.Level> levels = new java.util.ArrayList<>();
        for (long memory : memories) {
            levels.add(finding(what, memory, 50 * GIB).level());
        }
        return levels;
    }

    private Finding finding(String what) throws Exception {
        return finding(what, 8 * GIB, 50 * GIB);
    }

    private Finding finding(String what, long memory, long disk) throws Exception {
        return findings(memory, disk).stream()
                .filter(one -> one.what().equals(what))
                .findFirst()
                .orElseThrow();
    }

    private List<Finding> findings(long memory, long disk) throws Exception {
        return new Doctor(machine(memory, disk), OptionalInt.empty()).findings();
    }

    private Machine machine(long memory, long disk) {
        return new Machine(List.of(programs), List.of(programs), folder.resolve("data"), memory, disk, false);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
