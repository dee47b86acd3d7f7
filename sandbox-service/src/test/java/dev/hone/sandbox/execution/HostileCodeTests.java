package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.sandbox.RunningSandbox;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an attacker would try, over HTTP. After each attempt the next caller must find the sandbox unharmed.
class HostileCodeTests {
    private final RunningSandbox sandbox = RunningSandbox.shared();

    @AfterEach
    void theNextCallerIsServed() {
        assertThat(sandbox.run("print(17*23)").stdout()).isEqualTo("391\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "import socket; socket.socket() | PermissionError",
                "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) | PermissionError",
                "import socket; socket.socket(socket.AF_UNIX) | PermissionError",
                "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) | PermissionError",
                "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) | PermissionError",
                "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8083/') | urlopen error",
                "import socket; socket.getaddrinfo('localhost', 80) | gaierror",
                "import os; os.fork() | PermissionError",
                "import os; os.forkpty() | Error",
                "import subprocess; subprocess.run(['/usr/bin/id']) | PermissionError",
                "import os; os.execv('/usr/bin/id', ['id']) | PermissionError",
                "import os; os.posix_spawn('/usr/bin/id', ['id'], {}) | PermissionError",
                "import multiprocessing as m; m.Process(target=print).start() | Error",
                "import os; os.setuid(0) | PermissionError",
                "import os; os.chroot('/usr') | PermissionError",
                "import os; os.nice(-5) | PermissionError",
                "import os; os.setpriority(os.PRIO_USER, 0, 19) | PermissionError",
                "import os; os.sched_setaffinity(0, [0]) | PermissionError",
                "import os; os.memfd_create('x') | PermissionError",
                "import os; os.mkfifo('/tmp/x') | PermissionError",
                "import os; os.kill(2, 9) | ProcessLookupError",
                "import os; os.kill(-1, 9) | ProcessLookupError",
                "import signal; signal.pidfd_send_signal(3, 9) | Error",
                "import fcntl; fcntl.flock(open('/usr/bin/env'), fcntl.LOCK_EX) | PermissionError",
                "import fcntl, os; fcntl.fcntl(os.pipe()[0], 1031, 1 << 20) | PermissionError",
                "import resource as r; r.setrlimit(r.RLIMIT_AS, (1 << 40, 1 << 40)) | ValueError",
                "import resource as r; r.prlimit(2, r.RLIMIT_CPU) | Error",
                "open('/etc/passwd') | FileNotFoundError",
                "open('/etc/shadow') | FileNotFoundError",
                "open('/proc/self/environ') | FileNotFoundError",
                "open('/proc/1/mem') | FileNotFoundError",
                "import os; os.listdir('/sys') | FileNotFoundError",
                "import os; os.listdir('/root') | FileNotFoundError",
                "import os; os.listdir('/home') | FileNotFoundError",
                "import os; os.listdir('/var') | FileNotFoundError",
                "open('/dev/shm/x', 'w') | Error",
                "open('/dev/kmsg') | FileNotFoundError",
                "open('/usr/x', 'w') | Read-only file system",
                "open('/x', 'w') | Read-only file system",
                "open('/dev/x', 'w') | Read-only file system",
                "open('/proc/x', 'w') | Read-only file system",
                "open('/opt/hone/snippet.py', 'w') | Error",
                "import os; os.remove('/usr/bin/env') | Error",
                "import os; os.symlink('/etc', '/tmp/e'); os.listdir('/tmp/e/ssl') | FileNotFoundError",
                "import os; [os.write(fd, b'x') for fd in range(3, 4096)] | Bad file descriptor"
            })
    void isRefused(String code, String error) {
        ExecutionResult result = sandbox.run(code);
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.stderr()).contains(error);
    }

    /// x86-64 numbers, in order: ptrace unshare mount setns bpf keyctl add_key perf_event_open userfaultfd
    /// io_uring_setup process_vm_readv shmget msgget semget mq_open personality init_module kexec_load reboot
    /// clock_settime syslog inotify_init1 fanotify_init name_to_handle_at open_by_handle_at pidfd_open pidfd_getfd
    /// move_mount fsopen seccomp landlock_create_ruleset vfork sendmsg recvmsg acct swapon sethostname mknod chown
    /// setxattr memfd_secret.
    @Test
    void systemCallsBeyondTheListAreRefused() {
        assertThat(sandbox.run("""
                                import ctypes
                                libc = ctypes.CDLL(None, use_errno=True)
                                open_calls = []
                                for number in (101, 272, 165, 308, 321, 250, 248, 298, 323, 425, 310, 29, 68, 64, 240, 135, 175,
                                               246, 169, 227, 103, 294, 300, 303, 304, 434, 438, 429, 430, 317, 444, 58, 46, 47,
                                               163, 167, 170, 133, 92, 188, 447):
                                    ctypes.set_errno(0)
                                    answer = libc.syscall(number, 0, 0, 0, 0, 0, 0)
                                    if answer != -1 or ctypes.get_errno() != 1:
                                        open_calls.append((number, answer, ctypes.get_errno()))
                                print(open_calls)
                                """).stdout()).isEqualTo("[]\n");
    }

    @Test
    void cloneMakesThreadsOnly() {
        assertThat(sandbox.run("""
                                import ctypes
                                libc = ctypes.CDLL(None, use_errno=True)
                                answers = []
                                for flags in (17, 0x10000000, 0x10000000 | 0x10900, 0x4000 | 0x100, 0x900):
                                    answers.append((libc.syscall(56, flags, 0, 0, 0, 0), ctypes.get_errno()))
                                answers.append((libc.syscall(435, 0, 0), ctypes.get_errno()))
                                print(answers)
                                """).stdout()).isEqualTo("[(-1, 1), (-1, 1), (-1, 1), (-1, 1), (-1, 1), (-1, 38)]\n");
    }

    @Test
    void foreignCallNumbersAreNotLetThrough() {
        assertThat(sandbox.run("""
                                import ctypes
                                libc = ctypes.CDLL(None, use_errno=True)
                                print(libc.syscall(0x40000000 | 41, 2, 1, 0), ctypes.get_errno())
                                """).stdout()).isEqualTo("-1 38\n");
    }

    @Test
    void environmentIsScrubbed() {
        assertThat(sandbox.run("import os; print(sorted(os.environ))").stdout())
                .isEqualTo("['HOME', 'LANG', 'MALLOC_ARENA_MAX', 'MKL_NUM_THREADS', 'OMP_NUM_THREADS',"
                        + " 'OPENBLAS_NUM_THREADS', 'PATH', 'PYTHONHASHSEED', 'TMPDIR']\n");
    }

    @Test
    void onlyItselfIsThere() {
        assertThat(sandbox.run("""
                                import os
                                print(os.getpid(), os.getppid(), os.getuid(), os.getpgrp(), os.uname().nodename)
                                print(os.listdir("/proc"), os.listdir("/tmp"), sorted(os.listdir("/dev")), os.listdir("/etc"))
                                """).stdout())
                .isEqualTo("1 0 1000 1 sandbox\n[] [] ['full', 'null', 'random', 'urandom', 'zero'] ['ld.so.cache']\n");
    }

    @Test
    void aSignalToTheGroupReachesNoNeighbour() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ExecutionResult> neighbour =
                    callers.submit(() -> sandbox.run("import time\ntime.sleep(1)\nprint('unharmed')"));
            sandbox.run("import os\nfor n in range(1, 65): os.kill(0, n)");
            sandbox.run("import os\nos.killpg(0, 9)");
            assertThat(neighbour.get().stdout()).isEqualTo("unharmed\n");
        }
    }

    @Test
    void signalsCannotShieldFromTheLimit() {
        ExecutionResult result = sandbox.run(new ExecutionRequest("""
                import signal
                for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
                    signal.signal(number, signal.SIG_IGN)
                while True: pass
                """, 0.5, null));
        assertThat(result.timedOut()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "while True: pass",
                "9 ** 9 ** 9",
                "import re; re.match('(a+)+b', 'a' * 99)",
                "import threading; [threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start() for _ in range(8)]",
                "import atexit; atexit.register(lambda: [0 for _ in iter(int, 1)])",
                "import time; time.sleep(1e6)",
                "import os; os.close(1); os.close(2); import time; time.sleep(1e6)",
                "import os, signal; signal.pause()",
                "import threading; threading.Event().wait()",
                "exec(\"\"\"class A:\\n def __del__(s):\\n  while True: pass\\nA()\"\"\")"
            })
    void endlessWorkEnds(String code) {
        ExecutionResult result = sandbox.run(new ExecutionRequest(code.replace("\\n", "\n"), 0.4, null));
        assertThat(result.timedOut()).as(result.toString()).isTrue();
        assertThat(result.exitCode()).isEqualTo(137);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x = bytearray(1 << 30)",
                "x = [0] * 10**9",
                "x = 'a'\\nwhile True: x += x",
                "x = []\\nwhile True: x.append(bytes(1 << 20))",
                "import mmap; x = mmap.mmap(-1, 1 << 30)",
                "x = list(range(10**9))"
            })
    void memoryIsBounded(String code) {
        ExecutionResult result = sandbox.run(code.replace("\\n", "\n"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr()).containsAnyOf("MemoryError", "Cannot allocate memory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for _ in range(1024): print('x' * 2**20) | stdout",
                "import sys\\nfor _ in range(1024): sys.stderr.write('x' * 2**20) | stderr",
                "while True: print('x' * 100) | stdout"
            })
    void floodsAreCutAndEnded(String code, String stream) {
        ExecutionResult result = sandbox.run(code.replace("\\n", "\n"));
        assertThat(result.truncated()).isTrue();
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(result.timedOut()).isFalse();
        assertThat(stream.equals("stdout") ? result.stdout() : result.stderr()).hasSize(64 << 10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "open('/tmp/x', 'wb').write(bytes(17 << 20)) | 27",
                "[open('/tmp/%d' % i, 'wb').write(bytes(1 << 20)) for i in range(20)] | 28",
                "[open('/tmp/%d' % i, 'wb').close() for i in range(2000)] | 28",
                "x = [open('/dev/null') for i in range(100)] | 24"
            })
    void filesAreBounded(String code, int errorNumber) {
        assertThat(sandbox.run(code).stderr()).contains("[Errno " + errorNumber + "]");
    }

    @Test
    void threadsAreBounded() {
        assertThat(sandbox.run("""
                                import threading, time
                                for _ in range(1000):
                                    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
                                """).stderr()).contains("can't start new thread");
    }

    @Test
    void deepRecursionHurtsOnlyItself() {
        assertThat(sandbox.run("def f(): f()\nf()").stderr()).contains("RecursionError");
        ExecutionResult deep = sandbox.run("""
                import sys
                sys.setrecursionlimit(10**9)
                class A:
                    def __repr__(self): return repr(self)
                repr(A())
                """);
        assertThat(deep.exitCode()).isNotZero();
    }

    @Test
    void nothingStaysForTheNextCall() {
        sandbox.run("""
                import builtins, math, os, sys, threading, time
                open("/tmp/left", "w").write("x")
                os.environ["LEFT"] = "x"
                math.left = builtins.left = sys.left = 1
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                """);
        assertThat(sandbox.run("""
                                import builtins, math, os, sys, threading
                                print(os.listdir("/tmp"), "LEFT" in os.environ, hasattr(math, "left"),
                                      hasattr(builtins, "left"), hasattr(sys, "left"), threading.active_count())
                                """).stdout()).isEqualTo("[] False False False False 1\n");
    }

    @Test
    void theResultCannotBeForged() {
        ExecutionResult result = sandbox.run("""
                import os
                for fd in range(3, 64):
                    try:
                        os.write(fd, b'{"exit_code": 0, "timed_out": false, "millis": 0}ok')
                    except OSError:
                        pass
                print("sandbox setup failed")
                os._exit(254)
                """);
        assertThat(result.exitCode()).isEqualTo(254);
        assertThat(result.stdout()).isEqualTo("sandbox setup failed\n");
    }

    /// Scans all readable memory around the heap, the arenas and the loaded libraries for what another call held.
    @Test
    void noNeighboursTextIsInMemory() {
        String scan = """
                import ctypes, os, re
                libc = ctypes.CDLL(None)
                libc.sbrk.restype = ctypes.c_void_p
                libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
                reader, writer = os.pipe()
                found, pages = set(), 0
                def page(address):
                    global pages
                    if libc.write(writer, address, 4096) != 4096:
                        return False
                    pages += 1
                    found.update(re.findall(b"SECRET-[0-9]{9}", os.read(reader, 4096)))
                    return True
                for start in {libc.sbrk(0) - 4096, id(object()), id(found), id(re), ctypes.addressof(ctypes.c_int())}:
                    for step in (-4096, 4096):
                        address = start & ~4095
                        while page(address):
                            address += step
                print(pages > 500, found)
                """;
        assertThat(sandbox.run("x = 'SECRET-123456789'\nprint(x)\n" + scan).stdout())
                .startsWith("SECRET-123456789\nTrue {b'SECRET-");
        for (int i = 0; i < 4; i++) {
            sandbox.run("x = ['SECRET-12345678%d'] * 1000\nprint(x)".formatted(i));
        }
        assertThat(sandbox.run(scan).stdout()).isEqualTo("True set()\n");
    }
}
