"""Sandbox daemon. Trusted; runs outside the jail, as the child of the service that starts it, and dies with it.

Frames on standard input and output: 4 bytes of length (big endian), one line of JSON, then raw bytes.
  in, first   {"isolation", "sources": {module: text}, "preload": [module], "packages": [folder], "limits": {...}, "uid",
               "bwrap": path or null, "recycle_calls", "recycle_seconds"}
  out, first  {"ready": true} or {"unavailable": reason}
  in          {"id", "wall_seconds", "cpu_seconds"} + code
  out         {"id", "exit_code", "timed_out", "truncated", "millis", "stdout": bytes} + stdout + stderr, or {"id", "error"}
End of input ends the daemon; the loss of the jail ends it too, and the service starts another.
"""
import array
import asyncio
import ctypes
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys

BWRAP_PATH = "/usr/bin:/bin:/usr/local/bin"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0",
    "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
START_SECONDS, GRACE_SECONDS = 30, 5
# The zygote's program reaches it through memory, so that no file is ever left behind. Arguments: descriptors of it, of the socket.
BOOTSTRAP = """
import json, sys, types
with open(int(sys.argv[1])) as file:
    sources = json.load(file)
for name, text in sources.items():
    module = sys.modules[name] = types.ModuleType(name)
    module.__file__ = name + ".py"
    exec(compile(text, module.__file__, "exec"), module.__dict__)
sys.path.pop(0)
sys.modules["zygote"].main(int(sys.argv[2]))
"""
PR_SET_CHILD_SUBREAPER = 36


class Unavailable(Exception):
    """No jail can be had on this machine; the message says what to do."""


def _bwrap(configured):
    found = configured if configured and os.access(configured, os.X_OK) else shutil.which("bwrap", path=BWRAP_PATH)
    if found is None or (configured and found != configured):
        raise Unavailable("bubblewrap is missing (looked for %s); install the package 'bubblewrap', for example "
                          "with: apt-get install bubblewrap" % (configured or "bwrap in " + BWRAP_PATH))
    return found


def _memory_file(data):
    fd = os.memfd_create("sandbox", 0)
    with open(fd, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def jail_command(bwrap, packages, proc):
    """Read-only /usr and five devices; no network, no capability, no variable but ours. `proc` is for the zygote alone."""
    command = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
               "--clearenv", "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("bin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + name):
            command += ["--symlink", os.readlink("/" + name), "/" + name]
        else:
            command += ["--ro-bind-try", "/" + name, "/" + name]
    command += ["--tmpfs", "/dev"]
    for name in ("null", "zero", "full", "random", "urandom"):
        command += ["--dev-bind", "/dev/" + name, "/dev/" + name]
    for folder in packages:
        command += ["--ro-bind", folder, folder]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    return command + ["--dir", "/tmp"] + proc + ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--"]


class Jail:
    """One bubblewrap jail with its zygote; counts its calls so that it can be replaced by a fresh one."""

    def __init__(self, settings, proc):
        self.calls = self.running = 0
        self.replaced = self.retired = False
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = _memory_file(json.dumps(settings["sources"]).encode())
        command = [sys.executable, "-s", "-S", "-X", "utf8", "-c", BOOTSTRAP, str(program), str(theirs.fileno())]
        if settings["isolation"] == "namespaces":
            command = jail_command(_bwrap(settings.get("bwrap")), settings["packages"], proc) + command
        identity = {}
        if os.geteuid() == 0:
            identity = {"user": settings["uid"], "group": settings["uid"], "extra_groups": []}
        self.messages = open(_memory_file(b""), "w+b")
        try:
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno(), program], env=ENVIRONMENT, cwd="/", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.messages, **identity)
        finally:
            theirs.close()
            os.close(program)

    async def prepare(self, settings):
        """Empty when the zygote is warm, else what went wrong."""
        try:
            self.control.send(json.dumps({name: settings[name] for name in ("isolation", "preload", "packages")}).encode())
            await readable(self.control, START_SECONDS)
            if self.control.recv(4096):
                return ""
        except (OSError, asyncio.TimeoutError) as failure:
            reason = repr(failure)
        else:
            reason = "it ended"
        self.close()
        self.messages.seek(0)
        return self.messages.read().decode("utf-8", "replace").strip() or reason

    def close(self):
        self.control.close()
        self.process.kill()
        self.process.wait()

    def take(self):
        self.running += 1

    def release(self):
        self.running -= 1
        if self.retired and self.running == 0:
            self.close()


async def open_jail(settings):
    """A fresh /proc first; a container that masks /proc forbids that, and lends its own (every call covers it anyway)."""
    reason = ""
    for proc in (["--proc", "/proc"], ["--bind", "/proc", "/proc"]):
        try:
            jail = Jail(settings, proc)
            failure = await jail.prepare(settings)
        except OSError as refused:
            failure = str(refused)
        if not failure:
            return jail
        reason = reason or failure
        if settings["isolation"] == "seccomp":
            raise Unavailable("the fork server could not be set up: %s" % reason)
    raise Unavailable("the jail could not be set up: %s; allow unprivileged user namespaces (sysctl "
                      "user.max_user_namespaces, kernel.unprivileged_userns_clone, "
                      "kernel.apparmor_restrict_unprivileged_userns) and, in a container, a seccomp profile that permits "
                      "unshare, setns, clone, mount, umount2, pivot_root and sethostname; or choose the weaker sandbox.isolation=seccomp"
                      % reason)


async def readable(sock, seconds):
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(sock, lambda: ready.done() or ready.set_result(None))
    try:
        await asyncio.wait_for(ready, seconds)
    finally:
        loop.remove_reader(sock)


class Output:
    """The head of one stream; `on_flood` is called when far more than that was produced."""

    def __init__(self, limits, on_flood):
        self.kept, self.total = bytearray(), 0
        self.limits, self.on_flood = limits, on_flood
        self.reader, self.writer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self.reader, False)
        self.loop = asyncio.get_running_loop()
        self.ended = self.loop.create_future()
        self.loop.add_reader(self.reader, self._read)

    @property
    def truncated(self):
        return self.total > self.limits["output_bytes"]

    def _read(self):
        try:
            data = os.read(self.reader, 65536)
        except BlockingIOError:
            return
        if not data:
            self._stop()
            return
        self.kept += data[:max(0, self.limits["output_bytes"] - len(self.kept))]
        self.total += len(data)
        if self.total > self.limits["flood_bytes"]:
            self._stop()  # whoever writes more waits until it is killed
            self.on_flood()

    def _stop(self):
        self.loop.remove_reader(self.reader)
        self.ended.done() or self.ended.set_result(None)

    def close(self):
        self.loop.remove_reader(self.reader)
        os.close(self.reader)


async def call(jail, limits, code):
    """One snippet: the answer's header, its standard output and its standard error."""
    report, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def kill():
        report.shutdown(socket.SHUT_WR)  # the zygote sees the end and kills the snippet

    out, err, source = Output(limits, kill), Output(limits, kill), _memory_file(code)
    fds = array.array("i", [source, out.writer, err.writer, theirs.fileno()])
    try:
        try:
            jail.control.sendmsg([json.dumps(limits).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        finally:
            theirs.close()
            for fd in (source, out.writer, err.writer):
                os.close(fd)
        await readable(report, limits["wall_seconds"] + GRACE_SECONDS)
        header = json.loads(report.recv(4096) or b'{"error": "the zygote lost the call"}')
        if "error" not in header:
            await asyncio.wait_for(asyncio.gather(out.ended, err.ended), GRACE_SECONDS)
        header.update(truncated=out.truncated or err.truncated, stdout=len(out.kept))
        return header, bytes(out.kept), bytes(err.kept)
    finally:
        report.close()
        out.close()
        err.close()


class Daemon:
    def __init__(self, settings):
        self.settings = settings
        self.tasks = set()
        self.jails = []
        self.jail = None

    async def open(self):
        """The calls of one zygote share its address layout: a new one takes over, the old one finishes what it has."""
        loop, old = asyncio.get_running_loop(), self.jail
        if old:
            old.take()
        new = await open_jail(self.settings)
        self.jail = new
        self.jails = [jail for jail in self.jails if jail.running] + [new]
        loop.add_reader(new.control, lambda: self.end(4, "the jail ended"))
        loop.call_later(self.settings["recycle_seconds"], self.recycle, new)
        if old:
            loop.remove_reader(old.control)
            old.retired = True
            old.release()

    def recycle(self, jail):
        if jail is self.jail and not jail.replaced:
            jail.replaced = True
            self._spawn(self.open())

    def end(self, exit_code, reason=""):
        """The service sees the end of our output. Nothing stays behind, not even a process that nobody waits for."""
        if reason:
            print(reason, file=sys.stderr, flush=True)
        for jail in self.jails:
            jail.close()
        reap(0)
        os._exit(exit_code)

    def accept(self, request, code):
        self.jail.take()
        self.jail.calls += 1
        self._spawn(self.run(self.jail, request, code))
        if self.jail.calls >= self.settings["recycle_calls"]:
            self.recycle(self.jail)

    def _spawn(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.end(4, repr(task.exception()))

    async def run(self, jail, request, code):
        limits = dict(self.settings["limits"])
        limits.update(wall_seconds=request["wall_seconds"], cpu_seconds=request["cpu_seconds"])
        try:
            header, out, err = await call(jail, limits, code)
        except asyncio.TimeoutError:
            self.end(4, "a call did not end within %s s of its limit" % GRACE_SECONDS)
        except OSError as failure:
            header, out, err = {"error": repr(failure)}, b"", b""
        finally:
            jail.release()
        header["id"] = request["id"]
        send(header, out + err)


def send(header, body=b""):
    line = json.dumps(header).encode() + b"\n"
    sys.stdout.buffer.write(struct.pack(">I", len(line) + len(body)) + line + body)
    sys.stdout.buffer.flush()


def reap(options=os.WNOHANG):
    try:
        while os.waitpid(-1, options)[0] != 0:
            pass
    except ChildProcessError:
        pass  # no child is left


async def receive(stream):
    size = struct.unpack(">I", await stream.readexactly(4))[0]
    line, _, body = (await stream.readexactly(size)).partition(b"\n")
    return json.loads(line), body


async def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)  # a dead jail's processes come to us
    asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, reap)
    stream = asyncio.StreamReader(limit=4 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), sys.stdin.buffer)
    settings, _ = await receive(stream)
    daemon = Daemon(settings)
    try:
        if sys.version_info < (3, 9):
            raise Unavailable("%s is Python %s; install Python 3.9 or newer" % (sys.executable, sys.version.split()[0]))
        await daemon.open()
    except Unavailable as reason:
        send({"unavailable": str(reason)})
        return
    send({"ready": True})
    try:
        while True:
            daemon.accept(*await receive(stream))
    except asyncio.IncompleteReadError:
        daemon.end(0)


asyncio.run(main())
