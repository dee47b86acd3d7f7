"""What hostile code would try: a workflow in a jail, and outside of it a script, where the same attempts come through."""
import ctypes
import json
import mmap
import os
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def text(path):
    with open(path, errors="replace") as file:
        return file.read()


def found(secret, texts):
    for each in texts:
        if secret in each:
            return "the secret"
    raise LookupError("it is not there")


def everywhere(name):
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            yield text("/proc/%s/%s" % (process, name))
        except OSError:
            pass


def connected(family, address):
    with socket.socket(family) as each:
        each.settimeout(2)
        each.connect(address)
    return "a connection"


def forked():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "a process"


def written(path, size=1):
    with open(path, "ab", 0) as file:
        left = size
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
    if not path.startswith("/proc/"):
        os.unlink(path)
    return "written"


def held(m):
    """Opens again for writing whatever is open for reading."""
    for fd in range(3, 4096):
        path = "/proc/self/fd/%d" % fd
        try:
            if os.path.isfile(path):
                os.close(os.open(path, os.O_WRONLY))
                return "a descriptor of " + os.readlink(path)
        except OSError:
            pass
    raise LookupError("no descriptor can be written to")


def attempts(m):
    pid = int(m["pid"])
    yield "password in the environment", lambda: found(m["secret"], os.environ.values())
    yield "password in the service's environment", lambda: found(m["secret"], [text("/proc/%d/environ" % pid)])
    yield "password in any environment", lambda: found(m["secret"], everywhere("environ"))
    yield "password in any command line", lambda: found(m["secret"], everywhere("cmdline"))
    yield "a file of the host", lambda: text(m["file"])
    yield "the host's users", lambda: text("/etc/passwd")
    yield "root's folder", lambda: os.listdir("/root")
    yield "TCP to a service of the host", lambda: connected(socket.AF_INET, ("127.0.0.1", int(m["tcp"])))
    yield "an abstract socket", lambda: connected(socket.AF_UNIX, "\0" + m["abstract"])
    yield "a socket of the host's files", lambda: connected(socket.AF_UNIX, m["socket"])
    yield "vsock", lambda: socket.socket(socket.AF_VSOCK)
    yield "netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
    yield "signal the service", lambda: os.kill(pid, 0) or "reached"
    yield "trace the service", lambda: call(101, 0x4206, pid, 0, 0) or call(101, 17, pid, 0, 0) or "traced"
    yield "fork", forked
    yield "execute a program", lambda: subprocess.run(["/usr/bin/true"], check=True) and "it ran"
    yield "8 GiB of memory", lambda: len(mmap.mmap(-1, 8 << 30))
    yield "memory without an address", lambda: os.memfd_create("hoard")
    yield "shared memory", lambda: call(29, 0, 1 << 20, 0o1600)
    yield "fill the disk", lambda: written("/tmp/hone-attack", 80 << 20)
    yield "write to /usr", lambda: written("/usr/hone-attack")
    yield "write to /", lambda: written("/hone-attack")
    yield "write to /dev", lambda: written("/dev/hone-attack")
    yield "a namespace", lambda: call(272, 0x10000000) or "made"
    yield "a keyring", lambda: call(250, 0, -3, 1) or "joined"
    yield "io_uring", lambda: call(425, 1, ctypes.create_string_buffer(256))
    yield "become root", lambda: os.setuid(0) or "root"
    yield "write through a descriptor", lambda: held(m)


def attacked(m):
    outcome = {}
    for name, attempt in attempts(m):
        try:
            outcome[name] = "got " + str(attempt())[:80]
        except (OSError, LookupError, MemoryError, subprocess.SubprocessError) as refused:
            outcome[name] = "refused: %r" % refused
    return outcome


def run(task, tuner):
    return attacked(task.metadata)


if __name__ == "__main__":
    print(json.dumps(attacked(json.loads(sys.argv[1]))))
