package dev.hone.doctor;

import dev.hone.embedded.DataDirectory;
import dev.hone.embedded.EmbeddedPostgres;
import dev.hone.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Looks whether a machine has what Hone needs, and says what to do where it has not.
public final class Doctor {

    private static final int JDK = 25;
    private static final long GIB = 1L << 30;
    private static final long MEMORY_NEEDED = 2 * GIB;
    private static final long MEMORY_WELL = 4 * GIB;
    private static final long DISK_NEEDED = 2 * GIB;
    private static final long DISK_WELL = 10 * GIB;

    /// The ring's own processes and the page at a known place: README's port.
    private static final int USUAL_PORT = 8080;

    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");

    private final Machine machine;
    private final OptionalInt port;

    /// @param port that the gateway is to have; empty: a free one will do
    public Doctor(Machine machine, OptionalInt port) {
        this.machine = machine;
        this.port = port;
    }

    /// Everything that was looked at, in the order in which it is needed.
    public List<Finding> findings() throws InterruptedException {
        List<Finding> findings = new ArrayList<>(List.of(system(), jdk(), memory(), disk(), dataDirectory()));
        findings.add(database());
        findings.add(port.isPresent() ? wantedPort(port.getAsInt()) : anyPort());
        findings.add(python());
        findings.addAll(sandbox());
        findings.add(Compute.engine());
        findings.add(new Compute(machine).cuda());
        return findings;
    }

    private static Finding system() {
        String name = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        boolean known = System.getProperty("os.name").equals("Linux")
                && PROCESSORS.contains(System.getProperty("os.arch").toLowerCase(Locale.ROOT));
        return known
                ? Finding.ok("system", name)
                : Finding.missing("system", name, "Run Hone on Linux, or in a container: docker-compose.yml.");
    }

    private static Finding jdk() {
        Path home = Path.of(System.getProperty("java.home"));
        String found = Runtime.version().toString() + " in " + home;
        boolean whole = Files.exists(home.resolve("bin/javac"));
        return Runtime.version().feature() >= JDK && whole
                ? Finding.ok("JDK", found)
                : Finding.missing(
                        "JDK",
                        whole ? found : found + ", without a compiler",
                        "Install a JDK " + JDK + ", or set HONE_JAVA_HOME to the folder of one.");
    }

    private Finding memory() {
        String found = gibibytes(machine.memory()) + " for this machine or container, "
                + Runtime.getRuntime().availableProcessors() + " cores";
        if (machine.memory() < MEMORY_NEEDED) {
            return Finding.missing(
                    "memory", found, "Give it " + gibibytes(MEMORY_NEEDED) + " at least; a model needs more beside.");
        }
        return machine.memory() < MEMORY_WELL
                ? Finding.note("memory", found, "A small model trains in it; larger ones need more.")
                : Finding.ok("memory", found);
    }

    private Finding disk() {
        String found = gibibytes(machine.diskFree()) + " free for " + machine.dataDirectory();
        if (machine.diskFree() < DISK_NEEDED) {
            return Finding.missing(
                    "disk", found, "Free " + gibibytes(DISK_NEEDED) + " at least, or choose another --data-dir.");
        }
        return machine.diskFree() < DISK_WELL
                ? Finding.note(
                        "disk",
                        found,
                        "Checkpoints take three times the weights in float32 each; lower keep_checkpoints.")
                : Finding.ok("disk", found);
    }

    private Finding dataDirectory() {
        Path folder = Machine.existing(machine.dataDirectory());
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            return Finding.missing(
                    "data directory",
                    folder + " cannot be written by " + System.getProperty("user.name"),
                    "Call Hone as its owner, or choose another --data-dir.");
        }
        List<ProcessHandle> holders = DataDirectory.processes(machine.dataDirectory());
        return holders.isEmpty()
                ? Finding.ok("data directory", machine.dataDirectory() + ", free")
                : Finding.note(
                        "data directory",
                        machine.dataDirectory() + " is in use by process "
                                + holders.getFirst().pid()
                                + DataDirectory.gateway(machine.dataDirectory())
                                        .map(gateway -> ", gateway " + gateway)
                                        .orElse(""),
                        "Use what runs there, end it by ./hone kill, or choose another --data-dir.");
    }

    private Finding database() throws InterruptedException {
        Optional<String> obstacle = EmbeddedPostgres.obstacle(Machine.existing(machine.dataDirectory()));
        return obstacle.map(reason -> Finding.missing("database", reason, "Start Hone as another user than root."))
                .orElseGet(() -> Finding.ok("database", "the PostgreSQL inside can run as this user"));
    }

    private static Finding anyPort() {
        try {
            FreePort.next();
        } catch (UncheckedIOException e) {
            return Finding.missing(
                    "ports",
                    String.valueOf(e.getMessage()),
                    "See that the loopback interface is up: ip link set lo up.");
        }
        return free(USUAL_PORT)
                ? Finding.ok("ports", "loopback has free ones, " + USUAL_PORT + " among them")
                : Finding.note(
                        "ports",
                        "loopback has free ones; " + USUAL_PORT + " is taken",
                        "With --port name another than " + USUAL_PORT + ", or none.");
    }

    private static Finding wantedPort(int port) {
        return free(port)
                ? Finding.ok("ports", port + " is free")
                : Finding.missing("ports", port + " is taken", "Name another with --port, or none for a free one.");
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Finding python() throws InterruptedException {
        Optional<Path> python = Machine.find("python3", machine.systemFolders());
        if (python.isEmpty()) {
            return Finding.missing(
                    "Python",
                    "there is no python3 in " + machine.systemFolders(),
                    "Install it: apt-get install python3, dnf install python3 or pacman -S python.");
        }
        Trial trial =
                Trial.of(List.of(python.get().toString(), "-I", "-c", "import sys; print(sys.version.split()[0])"));
        return trial.worked()
                ? Finding.ok("Python", trial.said() + " at " + python.get())
                : Finding.missing("Python", python.get() + " does not run: " + trial.said(), "Install python3 anew.");
    }

    private List<Finding> sandbox() throws InterruptedException {
        Optional<Path> bwrap = Machine.find("bwrap", machine.systemFolders());
        if (bwrap.isEmpty()) {
            String elsewhere = Machine.find("bwrap", machine.path())
                    .map(path -> "; the one at " + path + " is not taken")
                    .orElse("");
            return List.of(Finding.missing(
                    "bubblewrap",
                    "there is no bwrap in " + machine.systemFolders() + elsewhere,
                    "Install it: apt-get install bubblewrap, dnf install bubblewrap or pacman -S bubblewrap."));
        }
        Trial version = Trial.of(List.of(bwrap.get().toString(), "--version"));
        return List.of(
                version.worked()
                        ? Finding.ok("bubblewrap", version.said() + " at " + bwrap.get())
                        : Finding.missing(
                                "bubblewrap", bwrap.get() + " does not run: " + version.said(), "Install it anew."),
                namespaces(bwrap.get()));
    }

    /// A jail as the sandbox makes it, around a program that does nothing; a container may refuse it a fresh `/proc`.
    private Finding namespaces(Path bwrap) throws InterruptedException {
        String refusal = "";
        for (List<String> proc : List.of(List.of("--proc", "/proc"), List.of("--bind", "/proc", "/proc"))) {
            List<String> command = new ArrayList<>();
            if (machine.root()) {
                command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
            }
            command.addAll(List.of(
                    bwrap.toString(),
                    "--unshare-all",
                    "--die-with-parent",
                    "--cap-drop",
                    "ALL",
                    "--ro-bind",
                    "/",
                    "/"));
            command.addAll(proc);
            command.addAll(List.of("--", "/usr/bin/true"));
            Trial trial = Trial.of(command);
            if (trial.worked()) {
                return Finding.ok("namespaces", "a jail of its own for each call of a tool");
            }
            refusal = refusal.isEmpty() ? trial.said() : refusal;
        }
        return Finding.missing(
                "namespaces",
                "bubblewrap cannot make a jail: " + refusal,
                "Allow unprivileged user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone,"
                        + " kernel.apparmor_restrict_unprivileged_userns); in a container, permit unshare, clone, mount and"
                        + " pivot_root; or take the weaker sandbox.isolation=seccomp.");
    }

    static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }
}
