"""The self-test: what untrusted code would try first. Prints `held` when every attempt fails, else those that did not."""
import ctypes
import os
import socket

SYS_UNSHARE, SYS_IO_URING_SETUP, SYS_PTRACE, SYS_MOUNT, CLONE_NEWUSER = 272, 425, 101, 165, 0x10000000
EXPECTED = {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONHASHSEED", "MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS",
            "OMP_NUM_THREADS", "MKL_NUM_THREADS"}
libc = ctypes.CDLL(None, use_errno=True)


def system_call(*arguments):
    if libc.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def fork():
    if os.fork() == 0:
        os._exit(0)


def existing(names):
    if not names:
        raise OSError("nothing there")


ATTEMPTS = {
    "read /etc/shadow": lambda: open("/etc/shadow").read(),
    "read /root": lambda: os.listdir("/root"),
    "write to /usr": lambda: open("/usr/hone", "w"),
    "write to /": lambda: open("/hone", "w"),
    "write to /dev": lambda: open("/dev/hone", "w"),
    "see processes in /proc": lambda: existing(os.listdir("/proc")),
    "see foreign variables": lambda: existing(set(os.environ) - EXPECTED),
    "open an internet socket": lambda: socket.socket(),
    "open a unix socket": lambda: socket.socket(socket.AF_UNIX),
    "fork": fork,
    "execute a program": lambda: os.execv("/usr/bin/true", ["true"]),
    "signal another process": lambda: os.kill(2, 0),
    "trace a process": lambda: system_call(SYS_PTRACE, 0, 0, 0, 0),
    "make a namespace": lambda: system_call(SYS_UNSHARE, CLONE_NEWUSER),
    "mount": lambda: system_call(SYS_MOUNT, b"none", b"/tmp", b"tmpfs", 0, None),
    "use io_uring": lambda: system_call(SYS_IO_URING_SETUP, 1, ctypes.create_string_buffer(256)),
    "become root": lambda: os.setuid(0),
    "take 1 GB of memory": lambda: bytearray(1 << 30),
    "fill the disk": lambda: open("/tmp/large", "wb", 0).write(bytes(64 << 20)) == 64 << 20 or existing([]),
}


def succeeded(attempt):
    try:
        attempt()
        return True
    except (OSError, MemoryError):
        return False


held = True
for name, attempt in ATTEMPTS.items():
    if succeeded(attempt):
        held = False
        print(name, end="; ", flush=True)  # at once: a later one may replace the process
if held:
    print("held")
