"""Warm fork server. Trusted; runs inside the outer jail, where there is no network and nothing to write to.

Each call: zygote --fork--> supervisor (own user, process, mount and IPC namespaces; deadline) --fork--> snippet
(process 1 of them, see snippet.py). The zygote forwards descriptors and never reads code or output, so no snippet can
find another call's text in the memory that it inherits.

Socket (argument 1), one message each: settings in, {"ready": true} out; then per call limits in, with descriptors
[code, stdout, stderr, report]. The supervisor answers on `report`.
"""
import array
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time

import snippet
import syscalls

NEWNS, NEWIPC, NEWUSER, NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
BY_ITSELF, DEADLINE, GIVEN_UP = "by itself", "deadline", "given up"
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC = 1, 2, 4, 8


def _mount_empty(path, flags, options):
    result = snippet.libc.mount(b"none", path, b"tmpfs", ctypes.c_ulong(NO_SUID | NO_DEV | NO_EXEC | flags), options)
    snippet.checked(result, "mount an empty %s" % path.decode())


def _enter_namespaces(limits):
    uid, gid = os.getuid(), os.getgid()
    snippet.checked(snippet.libc.unshare(NEWUSER | NEWPID | NEWNS | NEWIPC), "unshare")
    for name, value in (("setgroups", "deny"), ("uid_map", "1000 %d 1" % uid), ("gid_map", "1000 %d 1" % gid),
                        ("oom_score_adj", "1000")):
        with open("/proc/self/" + name, "w") as setting:
            setting.write(value)
    _mount_empty(b"/tmp", 0, b"size=%d,nr_inodes=1024,mode=0700" % limits["tmp_bytes"])
    _mount_empty(b"/proc", READ_ONLY, b"size=4k,nr_inodes=1")


def _wait(child, report, deadline):
    """Why the child ended or was killed: process 1 of the namespace, and so everything in it."""
    poll = select.poll()
    child_end = os.pidfd_open(child)
    poll.register(child_end, select.POLLIN)
    poll.register(report, select.POLLIN)  # readable: the daemon gave the call up
    events = poll.poll(max(0, (deadline - time.monotonic()) * 1000))
    if any(fd == child_end for fd, _ in events):
        return BY_ITSELF
    os.kill(child, signal.SIGKILL)
    return GIVEN_UP if events else DEADLINE


def _supervise(descriptors, limits, own_size, program):
    code, out, err, report = descriptors
    started = time.monotonic()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _enter_namespaces(limits)
    confirmed, confirm = os.pipe()
    child = os.fork()
    if child == 0:
        snippet.run(code, out, err, confirm, limits, own_size, program)
    for fd in (code, out, err, confirm):
        os.close(fd)
    end = _wait(child, report, started + limits["wall_seconds"])
    _, status, usage = os.wait4(child, 0)
    cpu = usage.ru_utime + usage.ru_stime
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    # Nothing in the namespace can send its process 1 a SIGKILL: it was the CPU limit, or the kernel out of memory. The
    # kernel enforces the limit by clock ticks, which on a busy machine run ahead of the usage that it reports.
    out_of_cpu = end == BY_ITSELF and killed and cpu >= limits["cpu_seconds"] / 2
    confirmation = os.read(confirmed, 4096).decode("utf-8", "replace")
    if confirmation != "ok" and not killed:
        raise OSError("the snippet's process could not be set up: " + confirmation)
    return {
        "exit_code": 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
        "timed_out": end == DEADLINE or out_of_cpu,
        "millis": round((time.monotonic() - started) * 1000),
    }


def _answer(report, work):
    try:
        message = work()
    except BaseException as failure:
        message = {"error": repr(failure)}
    os.write(report, json.dumps(message).encode())


def _receive(control):
    fds = array.array("i", [0] * 4)
    data, ancillary, _, _ = control.recvmsg(4096, socket.CMSG_SPACE(len(fds) * fds.itemsize), socket.MSG_CMSG_CLOEXEC)
    received = array.array("i")
    for _, _, content in ancillary:
        received.frombytes(content)
    return data, list(received)


def _start_call(control, descriptors, limits, own_size, program):
    if os.fork() != 0:
        return
    try:
        control.close()
        _answer(descriptors[3], lambda: _supervise(descriptors, limits, own_size, program))
    finally:
        os._exit(0)


def main():
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(65536))
    sys.path.pop(0)  # this program's own directory
    for module in settings["preload"]:
        importlib.import_module(module)
    program = syscalls.build()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the supervisors
    with open("/proc/self/statm") as sizes:
        own_size = int(sizes.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    gc.collect()
    gc.freeze()
    control.send(b'{"ready": true}')
    while True:
        data, descriptors = _receive(control)
        if not data:
            return
        limits = json.loads(data)
        try:
            _start_call(control, descriptors, limits, own_size, program)
        except OSError as failure:
            os.write(descriptors[3], json.dumps({"error": "fork: %r" % failure}).encode())
        for fd in descriptors:
            os.close(fd)


if __name__ == "__main__":
    main()
