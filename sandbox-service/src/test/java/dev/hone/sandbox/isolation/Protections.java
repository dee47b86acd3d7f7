package dev.hone.sandbox.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// Changed copies of the shipped program, each protection taken away by its name. No setting of the service can do
/// that.
final class Protections {
    private static final String NOTHING = "pass";

    /// What to change in which file.
    private record Edit(String file, String text, String replacement) {}

    private static final Map<String, List<Edit>> PROTECTIONS = Map.ofEntries(
            removed("filter", "snippet.py", """
                    checked(libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(program), 0, 0), "seccomp")""", NOTHING),
            removed("capabilities", "snippet.py", """
                    checked(libc.capset(struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)), "drop capabilities")""", NOTHING),
            removed("network", "daemon.py", "\"--unshare-all\"", "\"--unshare-all\", \"--share-net\""),
            removed(
                    "files",
                    "daemon.py",
                    "command += [\"--tmpfs\", \"/dev\"]",
                    "command += ['--ro-bind', '/etc', '/etc', '--ro-bind', '/var', '/var', '--ro-bind', '/sys', '/sys',"
                            + " '--tmpfs', '/dev']"),
            removed("read-only-root", "daemon.py", "\"--remount-ro\", \"/dev\", \"--remount-ro\", \"/\", ", ""),
            Map.entry(
                    "own-tmp",
                    List.of(
                            new Edit("daemon.py", "\"--dir\", \"/tmp\"", "\"--tmpfs\", \"/tmp\""),
                            new Edit("snippet.py", """
                                    _mount_empty(b"/tmp", 0, b"size=%d,nr_inodes=1024,mode=0700" % limits["tmp_bytes"])""", NOTHING))),
            removed(
                    "tmp-size",
                    "snippet.py",
                    "b\"size=%d,nr_inodes=1024,mode=0700\" % limits[\"tmp_bytes\"]",
                    "b\"mode=0700\""),
            removed("no-exec", "snippet.py", "NO_SUID | NO_DEV | NO_EXEC | flags", "NO_SUID | NO_DEV | flags"),
            removed("own-proc", "snippet.py", "_mount_empty(b\"/proc\", READ_ONLY, b\"size=4k,nr_inodes=1\")", NOTHING),
            removed(
                    "processes",
                    "zygote.py",
                    "kernel.checked(kernel.libc.unshare(NEWPID), \"make a process namespace\")",
                    NOTHING),
            removed("own-group", "snippet.py", "os.setsid()", NOTHING),
            removed("ipc", "snippet.py", "enter_user_namespace(NEWNS | NEWIPC)", "enter_user_namespace(NEWNS)"),
            removed("own-name", "daemon.py", ", \"--hostname\", \"sandbox\"", ""),
            Map.entry(
                    "empty-environment",
                    List.of(
                            new Edit("daemon.py", "\"--clearenv\", ", ""),
                            new Edit("daemon.py", "env=ENVIRONMENT", "env=dict(ENVIRONMENT, DB_PASSWORD='x')"))),
            Map.entry(
                    "closed-descriptors",
                    List.of(
                            new Edit("snippet.py", "os.closerange(3, kept)", NOTHING),
                            new Edit("snippet.py", "os.closerange(kept + 1, 4096)", NOTHING))),
            Map.entry(
                    "no-input",
                    List.of(
                            new Edit("snippet.py", "os.dup2(os.open(\"/dev/null\", os.O_RDONLY), 0)", NOTHING),
                            new Edit("daemon.py", "stdin=subprocess.DEVNULL", "stdin=None"))),
            removed(
                    "blind-fork-server",
                    "zygote.py",
                    "code, out, err, report = descriptors",
                    "code, out, err, report = descriptors; self.seen = getattr(self, 'seen', []) + [os.pread(code, 4096, 0)]"),
            removed("wall", "zygote.py", "self.started + limits[\"wall_seconds\"]", "self.started + 60"),
            removed("cpu", "snippet.py", "(\"CPU\", limits[\"cpu_seconds\"])", "(\"CPU\", 60)"),
            removed("memory", "snippet.py", "confinement.own_size + limits[\"memory_bytes\"]", "1 << 40"),
            removed(
                    "hard-limits",
                    "snippet.py",
                    "(value, value))",
                    "(value, resource.getrlimit(getattr(resource, 'RLIMIT_' + what))[1]))"),
            removed("threads", "snippet.py", "(\"NPROC\", threads)", "(\"NPROC\", 4096)"),
            removed("processes-limit", "snippet.py", "(\"NPROC\", threads)", "(\"NPROC\", 4096)"),
            removed("open-files", "snippet.py", "limits[\"open_files\"]", "1024"),
            removed("file-size", "snippet.py", "limits[\"file_bytes\"]", "-1"),
            removed("no-core", "snippet.py", "(\"CORE\", 0)", "(\"CORE\", 1 << 20)"),
            removed("locked-memory", "snippet.py", "(\"MEMLOCK\", 0)", "(\"MEMLOCK\", 1 << 20)"),
            removed("landlock", "snippet.py", "landlock.restrict(confinement.files)", NOTHING),
            removed("signals", "snippet.py", "syscalls.build(os.getpid())", "syscalls.build()"),
            removed("flood", "daemon.py", "if self.total > self.limits[\"flood_bytes\"]:", "if False:"),
            removed(
                    "kept-output",
                    "daemon.py",
                    "self.kept += data[:max(0, self.limits[\"output_bytes\"] - len(self.kept))]",
                    "self.kept += data"));

    private Protections() {}

    /// The program with its default settings, without these protections.
    static JailProgram programWithout(Isolation isolation, List<String> protections) {
        JailProperties properties =
                new Binder(new MapConfigurationPropertySource()).bindOrCreate("sandbox.jail", JailProperties.class);
        return new JailProgram(properties, isolation, file -> changed(file, protections));
    }

    private static String changed(String file, List<String> without) {
        String source = JailProgram.source(file);
        for (String protection : without) {
            List<Edit> edits = PROTECTIONS.get(protection);
            assertThat(edits).as("edits that remove " + protection).isNotNull();
            for (Edit edit : edits) {
                if (edit.file().equals(file)) {
                    assertThat(source).contains(edit.text());
                    source = source.replace(edit.text(), edit.replacement());
                }
            }
        }
        return source;
    }

    private static Map.Entry<String, List<Edit>> removed(String name, String file, String text, String replacement) {
        return Map.entry(name, List.of(new Edit(file, text, replacement)));
    }
}
