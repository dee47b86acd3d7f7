"""Warm fork server and supervisor. Trusted; inside the outer jail, where there is no network and nothing to write to.

Each call is one fork, process 1 of a process namespace of its own (see snippet.py). The zygote forwards descriptors and
never reads code or output, so no snippet can find another call's text in the memory that it inherits.

Socket, one message each: settings in, {"ready": true} out; then per call limits in, with descriptors [code, stdout, stderr,
report]. The answer to a call goes to its `report`; its other end shut down means that the call is given up.
"""
import array
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time

import kernel
import landlock
import snippet
import syscalls

NEWPID = 0x20000000
BY_ITSELF, DEADLINE, GIVEN_UP = "by itself", "deadline", "given up"
THREADS_OF_ALL = 1024


class Call:
    """A snippet that runs, and what its end is judged by."""

    def __init__(self, child, report, confirmed, limits):
        self.child, self.report, self.confirmed, self.limits = child, report, confirmed, limits
        self.ended = os.pidfd_open(child)
        self.started = time.monotonic()
        self.deadline = self.started + limits["wall_seconds"]
        self.end = BY_ITSELF

    def kill(self, reason):
        """Ends process 1 of the namespace, and so everything in it; `ended` becomes readable then."""
        self.end = reason
        self.deadline = float("inf")
        os.kill(self.child, signal.SIGKILL)

    def answer(self):
        _, status, usage = os.wait4(self.child, 0)
        millis = round((time.monotonic() - self.started) * 1000)
        cpu = usage.ru_utime + usage.ru_stime
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        # Nothing in the namespace can send its process 1 a SIGKILL: it was the CPU limit, or the kernel out of memory. The
        # kernel enforces the limit by clock ticks, which on a busy machine run ahead of the usage that it reports.
        out_of_cpu = self.end == BY_ITSELF and killed and cpu >= self.limits["cpu_seconds"] / 2
        confirmation = os.read(self.confirmed, 4096).decode("utf-8", "replace")
        if confirmation != "ok" and not killed:
            return {"error": "the snippet's process could not be set up: " + confirmation}
        return {
            "exit_code": 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
            "timed_out": self.end == DEADLINE or out_of_cpu,
            "millis": millis,
        }

    def close(self):
        for fd in (self.report, self.confirmed, self.ended):
            os.close(fd)


class Zygote:
    def __init__(self, control, settings):
        self.control = control
        self.confinement = snippet.Confinement(
            settings["isolation"], syscalls.build(), _own_size(),
            landlock.ruleset(settings["packages"]) if settings["isolation"] == "seccomp" else None, _threads_of_user())
        self.own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.events = select.epoll()
        self.events.register(control, select.EPOLLIN)
        self.calls = {}  # by each descriptor that is waited for

    def serve(self):
        while True:
            wait = min((call.deadline for call in self.calls.values()), default=float("inf")) - time.monotonic()
            ready = [fd for fd, _ in self.events.poll(None if wait == float("inf") else max(0, wait))]
            for fd in ready:
                if fd in self.calls:
                    self._advance(self.calls[fd], fd)
            # A new call last: its descriptors may have the numbers of those that were just closed.
            if self.control.fileno() in ready and not self._accept():
                return
            now = time.monotonic()
            for call in {call for call in self.calls.values() if call.deadline <= now}:
                call.kill(DEADLINE)

    def _accept(self):
        data, descriptors = _receive(self.control)
        if not data:
            return False
        code, out, err, report = descriptors
        try:
            call = self._start(json.loads(data), code, out, err, report)
            for fd in (call.ended, call.report):
                self.calls[fd] = call
                self.events.register(fd, select.EPOLLIN)
        except OSError as failure:
            _send(report, {"error": "the call could not be started: %r" % failure})
            os.close(report)
        finally:
            for fd in (code, out, err):
                os.close(fd)
        return True

    def _start(self, limits, code, out, err, report):
        if self.confinement.isolation == "namespaces":
            kernel.checked(kernel.libc.setns(self.own_processes, NEWPID), "return to the own process namespace")
            kernel.checked(kernel.libc.unshare(NEWPID), "make a process namespace")
        confirmed, confirm = os.pipe()
        try:
            child = os.fork()
            if child == 0:
                try:
                    snippet.run(code, out, err, confirm, limits, self.confinement)
                finally:
                    os._exit(1)
        except OSError:
            os.close(confirmed)
            raise
        finally:
            os.close(confirm)
        try:
            return Call(child, report, confirmed, limits)
        except OSError:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(confirmed)
            raise

    def _advance(self, call, fd):
        if fd == call.report:
            self.events.unregister(fd)
            del self.calls[fd]
            call.kill(GIVEN_UP)
            return
        try:
            answer = call.answer()
        except Exception as failure:
            answer = {"error": repr(failure)}
        for watched in (call.ended, call.report):
            if self.calls.pop(watched, None) is not None:
                self.events.unregister(watched)
        _send(call.report, answer)
        call.close()


def _send(report, message):
    try:
        os.write(report, json.dumps(message).encode())
    except OSError:
        pass  # whoever asked is gone


def _receive(control):
    fds = array.array("i", [0] * 4)
    data, ancillary, _, _ = control.recvmsg(4096, socket.CMSG_SPACE(len(fds) * fds.itemsize), socket.MSG_CMSG_CLOEXEC)
    received = array.array("i")
    for _, _, content in ancillary:
        received.frombytes(content)
    return data, list(received)


def _own_size():
    with open("/proc/self/statm") as sizes:
        return int(sizes.read().split()[0]) * os.sysconf("SC_PAGESIZE")


def _threads_of_user():
    """What a call's limit of threads starts from where it has no user namespace: there the kernel counts the whole user's."""
    threads = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat("/proc/" + name).st_uid == os.getuid():
                threads += len(os.listdir("/proc/%s/task" % name))
        except OSError:
            pass  # it has ended
    return threads + THREADS_OF_ALL


def main(control):
    control = socket.socket(fileno=control)
    settings = json.loads(control.recv(65536))
    if settings["isolation"] == "namespaces":
        snippet.enter_user_namespace(NEWPID)
        child = os.fork()
        if child != 0:  # process 1 of the new namespace is the zygote
            control.close()
            os._exit(os.waitpid(child, 0)[1] != 0)
    os.environ.pop("PWD", None)  # bubblewrap's
    sys.path += settings["packages"]
    for module in settings["preload"]:
        importlib.import_module(module)
    snippet.reset_signals()
    zygote = Zygote(control, settings)
    gc.collect()
    gc.freeze()
    control.send(b'{"ready": true}')
    zygote.serve()
