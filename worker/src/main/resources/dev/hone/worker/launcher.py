"""Opens one worker's jail and stays its parent. Trusted; runs outside the jail, as the child of the service.

First on standard input, 4 bytes of length (big endian) and JSON: {"service": pid, "uid", "bwrap": path or "", "python",
"python_folders": [path], "inside": source, "code": {"path", "name", "sha256"}, "socket": path or "", "java": {} or {"home",
"classpath": [path], "arguments": [text]}, "limits": {...}, "call": {...}}. What follows there, and standard output, is the
worker's own. Started as root, the jail is that of another user. When the service dies, however it dies, the jail dies with
it, and the socket's folder goes.
"""
import ctypes
import hashlib
import io
import json
import os
import platform
import select
import shutil
import struct
import subprocess
import sys
import zipfile

BWRAP_PATH = "/usr/bin:/bin:/usr/local/bin"
PR_SET_CHILD_SUBREAPER = 36

# System calls that neither a JVM nor Python needs and that reach deep into the kernel, make processes or hold memory that no
# limit counts. Numbers: arch/x86/entry/syscalls/syscall_64.tbl of the Linux source.
DENIED = """
shmget 29 shmat 30 fork 57 vfork 58 semget 64 shmdt 67 msgget 68 ptrace 101 syslog 103 mknod 133 uselib 134 personality 135
vhangup 153 modify_ldt 154 pivot_root 155 adjtimex 159 chroot 161 acct 163 settimeofday 164 mount 165 umount2 166 swapon 167
swapoff 168 reboot 169 sethostname 170 setdomainname 171 iopl 172 ioperm 173 init_module 175 delete_module 176 quotactl 179
nfsservctl 180 clock_settime 227 mq_open 240 kexec_load 246 add_key 248 request_key 249 keyctl 250 migrate_pages 256
mknodat 259 unshare 272 move_pages 279 perf_event_open 298 fanotify_init 300 name_to_handle_at 303 open_by_handle_at 304
clock_adjtime 305 setns 308 process_vm_readv 310 process_vm_writev 311 kcmp 312 finit_module 313 memfd_create 319
kexec_file_load 320 bpf 321 execveat 322 userfaultfd 323 io_uring_setup 425 io_uring_enter 426 io_uring_register 427
open_tree 428 move_mount 429 fsopen 430 fsconfig 431 fsmount 432 fspick 433 pidfd_getfd 438 process_madvise 440
mount_setattr 442 quotactl_fd 443 memfd_secret 447 open_tree_attr 467
"""
CLONE, CLONE3, SOCKET, CLONE_THREAD, X32_BIT, AUDIT_ARCH_X86_64 = 56, 435, 41, 0x10000, 0x40000000, 0xC000003E
ALLOW, KILL, EPERM, ENOSYS, EAFNOSUPPORT = 0x7FFF0000, 0x80000000, 0x50001, 0x50026, 0x50061
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10


def fail(message):
    print(message, file=sys.stderr, flush=True)
    os._exit(3)


def seccomp_program():
    """Everything but DENIED, processes and odd sockets; a virtual machine's vsock, for one, knows no namespace."""
    if platform.machine() != "x86_64":
        fail("no system call table for %s; workers run on x86_64" % platform.machine())

    def op(code, value, on_true=0, on_false=0):
        return struct.pack("HBBI", code, on_true, on_false, value)

    load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    program = [op(load, 4), op(equal, AUDIT_ARCH_X86_64, 1), op(answer, KILL), op(load, 0)]
    program += [op(at_least, X32_BIT, 0, 1), op(answer, ENOSYS)]
    for number in map(int, DENIED.split()[1::2]):
        program += [op(equal, number, 0, 1), op(answer, EPERM)]
    program += [op(equal, CLONE3, 0, 1), op(answer, ENOSYS)]  # its flags are out of sight; the C library then calls clone
    program += [op(equal, CLONE, 0, 4), op(load, 16), op(any_bit, CLONE_THREAD, 1), op(answer, EPERM), op(answer, ALLOW)]
    program += [op(equal, SOCKET, 0, 5), op(load, 16)]
    program += [op(equal, AF_UNIX, 3), op(equal, AF_INET, 2), op(equal, AF_INET6, 1), op(answer, EAFNOSUPPORT)]
    return b"".join(program + [op(answer, ALLOW)])


def memory_file(data):
    fd = os.memfd_create("worker", 0)
    with open(fd, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def code_file(code):
    """The bytes that were checked, whatever happens to the file from now on."""
    with open(code["path"], "rb") as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != code["sha256"]:
        fail("%s changed while its worker started; try again" % code["path"])
    return memory_file(data)


def packed(folder):
    """A folder of classes as a jar, without the settings that lie beside them."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as jar:
        for parent, _, names in os.walk(folder):
            for name in names:
                if not name.endswith((".yml", ".yaml")) and not name.startswith("application"):
                    jar.write(os.path.join(parent, name), os.path.relpath(os.path.join(parent, name), folder))
    return archive.getvalue()


def class_path(paths, held, words, uid):
    """Where the jars are inside. Root hands in descriptors, because the jail's user may not reach where they lie; but who has
    a descriptor of a file of his own can open it for writing, so any other user binds them read-only. (A descriptor of a
    folder would be a way out of the jail: never hand one in.)"""
    inside = []
    for number, path in enumerate(paths):
        place = "/opt/hone/lib/%d-%s" % (number, os.path.basename(path))
        if os.path.isdir(path):
            place += ".jar"
            words += ["--ro-bind-data", held(memory_file(packed(path))), place]
        elif os.geteuid() != 0:
            words += ["--ro-bind", path, place]
        else:
            fd = os.open(path, os.O_RDONLY)
            status = os.fstat(fd)
            if status.st_uid == uid or status.st_mode & 0o002:
                fail("%s may be written by others; take that right away: chmod o-w" % path)
            place = "/proc/self/fd/" + held(fd)
        inside.append(place)
    return inside


def java_folders(home):
    """The JDK, and what distributions keep of it in /etc."""
    folders = [] if home.startswith("/usr/") else [home]
    for part in ("conf", "conf/security", "lib/security"):
        real = os.path.realpath(os.path.join(home, part))
        if os.path.isdir(real) and not real.startswith((home + "/", "/usr/")):
            folders.append(real)
    return folders


def command(settings, descriptors):
    found = shutil.which(settings["bwrap"] or "bwrap", path=BWRAP_PATH)
    if found is None:
        fail("bubblewrap is missing; install the package 'bubblewrap', for example with: apt-get install bubblewrap")

    def held(fd):
        os.set_inheritable(fd, True)
        descriptors.append(fd)
        return str(fd)

    limits, java = settings["limits"], settings["java"]
    words = [found, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "worker",
             "--clearenv", "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("bin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + name):
            words += ["--symlink", os.readlink("/" + name), "/" + name]
        else:
            words += ["--ro-bind-try", "/" + name, "/" + name]
    words += ["--proc", "/proc", "--tmpfs", "/dev"]
    for name in ("null", "zero", "full", "random", "urandom"):
        words += ["--dev-bind", "/dev/" + name, "/dev/" + name]
    words += ["--size", str(limits["tmp_bytes"]), "--tmpfs", "/tmp"]
    for folder in (java_folders(java["home"]) if java else []) + settings["python_folders"]:
        words += ["--ro-bind", folder, folder]
    words += ["--ro-bind-data", held(memory_file(settings["inside"].encode())), "/opt/hone/inside.py"]
    words += ["--ro-bind-data", held(code_file(settings["code"])), "/opt/hone/code/" + settings["code"]["name"]]
    if settings["socket"]:
        words += ["--ro-bind", settings["socket"], "/run/hone/endpoint"]
    for name, value in (("PATH", "/usr/bin:/bin"), ("HOME", "/tmp"), ("TMPDIR", "/tmp"), ("LANG", "C.UTF-8"),
                        ("MALLOC_ARENA_MAX", "2")):
        words += ["--setenv", name, value]
    inner = {"limits": limits, "call": settings["call"], "code": "/opt/hone/code/" + settings["code"]["name"]}
    if java:
        jars = class_path(java["classpath"], held, words, settings["uid"])
        inner["java"] = [java["home"] + "/bin/java", "-cp", ":".join(jars), *java["arguments"]]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    words += ["--seccomp", held(memory_file(seccomp_program())), "--"]
    return words + [settings["python"], "-I", "-X", "utf8", "/opt/hone/inside.py", json.dumps(inner)]


def read_exactly(size):
    data = b""
    while len(data) < size:
        data += os.read(0, size - len(data)) or fail("the service ended")
    return data


def main():
    settings = json.loads(read_exactly(struct.unpack(">I", read_exactly(4))[0]))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)  # what the jail leaves comes to us
    service = os.pidfd_open(settings["service"])
    if os.getppid() != settings["service"]:
        fail("the service ended")
    identity = {}
    if os.geteuid() == 0:
        identity = {"user": settings["uid"], "group": settings["uid"], "extra_groups": []}
    descriptors = []
    words = command(settings, descriptors)
    jail = subprocess.Popen(words, pass_fds=descriptors, env={}, cwd="/", **identity)
    for fd in [0, 1] + descriptors:
        os.close(fd)
    poll = select.poll()
    poll.register(service, select.POLLIN)
    poll.register(os.pidfd_open(jail.pid), select.POLLIN)
    poll.poll()
    jail.kill()
    status = jail.wait()
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass  # nothing of the jail is left
    if settings["socket"]:
        shutil.rmtree(os.path.dirname(settings["socket"]), ignore_errors=True)
    os._exit(status if status >= 0 else 128 - status)


try:
    main()
except OSError as failure:
    fail(str(failure))
