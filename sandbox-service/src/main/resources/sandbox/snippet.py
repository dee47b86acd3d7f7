"""The process that runs one snippet: gives up everything it can, then compiles and runs the code as __main__.

It is process 1 of its own namespaces (see zygote.py). `confirm` tells the supervisor, before any foreign code runs, that
every protection is in place; nothing that the snippet does can reach that channel.
"""
import _sitebuiltins
import atexit
import builtins
import ctypes
import io
import linecache
import os
import resource
import signal
import struct
import sys
import threading
import traceback
import types

import landlock
import syscalls
from kernel import checked, libc, prctl

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
CAPABILITY_VERSION_3 = 0x20080522
NEWNS, NEWIPC, NEWUSER = 0x20000, 0x8000000, 0x10000000
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC = 1, 2, 4, 8
# Generators of random numbers that modules seed once when they are imported.
SEEDED_AT_IMPORT = "numpy.random", "sympy.core.random"


class Confinement:
    """What holds for all calls of a zygote.

    isolation: namespaces, or seccomp: then `files`, a Landlock ruleset, and `user_threads`, of all that the user runs
    program: the seccomp filter; own_size: bytes of address space that a call begins with
    """

    def __init__(self, isolation, program, own_size, files, user_threads):
        self.isolation, self.program, self.own_size = isolation, program, own_size
        self.files, self.user_threads = files, user_threads


def enter_user_namespace(others):
    """A user namespace, and in it such others; the user's id in it is 1000."""
    uid, gid = os.geteuid(), os.getegid()
    checked(libc.unshare(NEWUSER | others), "unshare")
    for name, value in (("setgroups", "deny"), ("uid_map", "1000 %d 1" % uid), ("gid_map", "1000 %d 1" % gid)):
        with open("/proc/self/" + name, "w") as setting:
            setting.write(value)


def _mount_empty(path, flags, options):
    result = libc.mount(b"none", path, b"tmpfs", ctypes.c_ulong(NO_SUID | NO_DEV | NO_EXEC | flags), options)
    checked(result, "mount an empty %s" % path.decode())


def _enter_namespaces(limits):
    enter_user_namespace(NEWNS | NEWIPC)
    _mount_empty(b"/tmp", 0, b"size=%d,nr_inodes=1024,mode=0700" % limits["tmp_bytes"])
    _mount_empty(b"/proc", READ_ONLY, b"size=4k,nr_inodes=1")
    os.chdir("/tmp")


def _open_streams(code, out, err, confirm):
    os.dup2(out, 1)
    os.dup2(err, 2)
    with open(code, "rb", closefd=False) as source:
        text = source.read()
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    kept = os.dup(confirm)
    os.closerange(3, kept)
    os.closerange(kept + 1, 4096)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "r", closefd=False)), "utf-8")
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(
            io.BufferedWriter(io.FileIO(fd, "w", closefd=False)), "utf-8", "backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    return text, kept


def reset_signals():
    """As a Python that was just started has them, whatever the zygote was started with."""
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass  # KILL, STOP and the two that the C library keeps
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _limit(limits, confinement):
    threads = limits["threads"] if confinement.isolation == "namespaces" else confinement.user_threads
    for what, value in (
            ("CORE", 0), ("MEMLOCK", 0), ("MSGQUEUE", 0), ("SIGPENDING", 128), ("STACK", 8 << 20),
            ("CPU", limits["cpu_seconds"]), ("FSIZE", limits["file_bytes"]), ("NOFILE", limits["open_files"]),
            ("NPROC", threads), ("AS", confinement.own_size + limits["memory_bytes"])):
        resource.setrlimit(getattr(resource, "RLIMIT_" + what), (value, value))


def _drop_privileges(program):
    checked(libc.capset(struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)), "drop capabilities")
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL, "die with the zygote")
    prctl(PR_SET_DUMPABLE, 0, "forbid core dumps")
    checked(libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(program), 0, 0), "seccomp")


def run(code, out, err, confirm, limits, confinement):
    """Never returns. Descriptors: the code, standard output, standard error, the zygote's `confirm` pipe."""
    try:
        os.setsid()  # a process group of its own: kill(0, ...) must not reach the fork server
        with open("/proc/self/oom_score_adj", "w") as setting:
            setting.write("1000")
        program = confinement.program
        if confinement.isolation == "namespaces":
            _enter_namespaces(limits)
        prctl(PR_SET_NO_NEW_PRIVS, 1, "no new privileges")
        if confinement.isolation == "seccomp":
            landlock.restrict(confinement.files)
            program = syscalls.build(os.getpid())
        text, confirm = _open_streams(code, out, err, confirm)
        os.umask(0o077)
        os.nice(10)
        _limit(limits, confinement)
        _drop_privileges(program)
        os.write(confirm, b"ok")
        os.close(confirm)
    except BaseException:
        os.write(confirm, traceback.format_exc().encode())
        os._exit(1)
    os._exit(_execute(text))


def _execute(text):
    for name in SEEDED_AT_IMPORT:
        if name in sys.modules:
            sys.modules[name].seed()
    for name in ("kernel", "syscalls", "landlock", "snippet", "zygote"):
        sys.modules.pop(name, None)
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = main
    sys.argv = ["-c"]
    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    exit_code = _guarded(lambda: _compile_and_run(text, main.__dict__))
    for finish in (threading._shutdown, atexit._run_exitfuncs, sys.stdout.flush, sys.stderr.flush):
        _guarded(finish)
    return exit_code


def _compile_and_run(text, namespace):
    source = text.decode("utf-8-sig", "replace")
    linecache.cache["<snippet>"] = (len(source), None, source.splitlines(True), "<snippet>")
    exec(compile(source, "<snippet>", "exec", 0, True), namespace)


def _guarded(action):
    """The exit code that CPython itself would give for what `action` raises."""
    try:
        action()
        return 0
    except SystemExit as stop:
        if stop.code is None:
            return 0
        if isinstance(stop.code, int):
            return stop.code & 0xFF
        _show(lambda: print(stop.code, file=sys.stderr))
        return 1
    except BaseException as failure:
        frames = failure.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
            frames = frames.tb_next
        # the built-in hook reads source lines from files alone
        hook = traceback.print_exception if sys.excepthook is sys.__excepthook__ else sys.excepthook
        _show(lambda: hook(type(failure), failure.with_traceback(frames), frames))
        return 130 if isinstance(failure, KeyboardInterrupt) else 1


def _show(report):
    try:
        report()
    except BaseException as failure:  # out of memory, or a hook of the snippet's own
        os.write(2, b"%s\n" % type(failure).__name__.encode())
