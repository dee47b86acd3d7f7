# ## opens an internet socket
# without: filter
import socket
socket.socket()
print("ESCAPED")
# ## opens a datagram socket of IPv6
# without: filter
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
print("ESCAPED")
# ## opens a unix socket, abstract addresses included
# without: filter
import socket
socket.socket(socket.AF_UNIX).bind("\0hone")
print("ESCAPED")
# ## opens a netlink socket
# without: filter
import socket
socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
print("ESCAPED")
# ## makes a pair of datagram sockets
# without: filter
import socket
socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
print("ESCAPED")
# ## reaches a listener on the machine's loopback
# without: filter network
import socket
socket.create_connection(("127.0.0.1", @PORT@), 2)
print("ESCAPED")
# ## forks
# without: filter
import os
if os.fork() == 0:
    print("ESCAPED", flush=True)
    os._exit(0)
os.wait()
# ## forks by a raw system call
# without: filter
import ctypes, os
print("ESCAPED" if ctypes.CDLL(None).syscall(57) >= 0 else "held", flush=True)
# ## makes a process with vfork
# without: filter
import subprocess
subprocess._USE_VFORK = True
print("ESCAPED" if subprocess.run(["/usr/bin/true"]).returncode == 0 else "held")
# ## executes a program in its place
# without: filter
import os
os.execv("/usr/bin/printf", ["printf", "ESCAPED"])
# ## runs a shell
# without: filter
import os
os.system("echo ESCAPED")
# ## spawns a program
# without: filter
import os
os.waitpid(os.posix_spawn("/usr/bin/printf", ["printf", "ESCAPED"], {}), 0)
# ## starts a worker process
# without: filter
import multiprocessing
multiprocessing.get_context("fork").Process(target=lambda: print("ESCAPED", flush=True)).start()
# ## runs a double-forked child that outlives the call
# without: filter processes
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.7)
        print("ESCAPED", flush=True)
    os._exit(0)
os._exit(0)
# ## bombs with forks
# without: filter processes-limit
import os
for _ in range(64):
    if os.fork() == 0:
        import time
        time.sleep(2)
        os._exit(0)
print("ESCAPED", flush=True)
os._exit(0)
# ## makes a user namespace
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).unshare(0x10000000) == 0 else "held")
# ## clones into new namespaces
# without: filter
import ctypes, os
child = ctypes.CDLL(None).syscall(56, 0x10000000 | 17, 0, 0, 0, 0)
if child == 0:
    os._exit(0)
print("ESCAPED" if child > 0 else "held", flush=True)
os._exit(0)
# ## clones by clone3
# without: filter
import ctypes, os, struct
arguments = struct.pack("8Q", 0, 0, 0, 0, 17, 0, 0, 0)
child = ctypes.CDLL(None).syscall(435, arguments, len(arguments))
if child == 0:
    os._exit(0)
print("ESCAPED" if child > 0 else "held", flush=True)
os._exit(0)
# ## mounts a file system
# without: filter capabilities
import ctypes
print("ESCAPED" if ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 else "held")
# ## uncovers /proc
# without: filter capabilities
import ctypes
print("ESCAPED" if ctypes.CDLL(None).umount2(b"/proc", 2) == 0 else "held")
# ## changes the root
# without: filter capabilities
import os
os.chroot("/usr")
print("ESCAPED")
# ## lets itself be traced
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0 else "held")
# ## opens an io_uring
# without: filter locked-memory
import ctypes
print("ESCAPED" if ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(256)) >= 0 else "held")
# ## makes a file in memory
# without: filter
import os
os.memfd_create("x")
print("ESCAPED")
# ## turns off address randomisation
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).personality(0x0040000) >= 0 else "held")
# ## opens a keyring
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).syscall(250, 1, 0) > 0 else "held")
# ## leaves shared memory behind
# without: filter ipc
# before
import ctypes
ctypes.CDLL(None).shmget(77, 4096, 0o1666)
# attack
import ctypes
print("ESCAPED" if ctypes.CDLL(None).shmget(77, 4096, 0) >= 0 else "held")
# ## leaves a semaphore behind
# without: filter ipc
# before
import ctypes
ctypes.CDLL(None).semget(78, 1, 0o1666)
# attack
import ctypes
print("ESCAPED" if ctypes.CDLL(None).semget(78, 1, 0) >= 0 else "held")
# ## leaves a message queue behind
# without: filter ipc
# before
import ctypes
ctypes.CDLL(None).msgget(79, 0o1666)
# attack
import ctypes
print("ESCAPED" if ctypes.CDLL(None).msgget(79, 0) >= 0 else "held")
# ## watches files of others
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).inotify_init1(0) >= 0 else "held")
# ## locks a file of all calls
# without: filter
import fcntl
fcntl.flock(open("/usr/bin/env"), fcntl.LOCK_EX | fcntl.LOCK_NB)
print("ESCAPED")
# ## enlarges a pipe's buffer in the kernel
# without: filter
import fcntl, os
fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)
print("ESCAPED")
# ## has signals sent for a descriptor
# without: filter
import fcntl, os
fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getpid())
print("ESCAPED")
# ## makes a timer in the kernel
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).syscall(222, 1, 0, ctypes.byref(ctypes.c_int())) == 0 else "held")
# ## moves to another processor
# without: filter
import os
os.sched_setaffinity(0, os.sched_getaffinity(0))
print("ESCAPED")
# ## makes a named pipe
# without: filter
# needs: tmp
import os
os.mkfifo("/tmp/pipe")
print("ESCAPED")
# ## marks a file with an attribute
# without: filter
# needs: tmp
import os
open("/tmp/x", "w").close()
os.chown("/tmp/x", os.getuid(), os.getgid())
print("ESCAPED")
# ## gives itself a filter of its own
# without: filter
import ctypes, struct
code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
program = struct.pack("HxxxxxxQ", 1, ctypes.addressof(code))
print("ESCAPED" if ctypes.CDLL(None).syscall(317, 1, 0, program) == 0 else "held")
# ## can be dumped and read again
# without: filter
import ctypes
print("ESCAPED" if ctypes.CDLL(None).prctl(4, 1, 0, 0, 0) == 0 else "held")
# ## opens a handle to a process
# without: filter
import os
os.pidfd_open(os.getpid())
print("ESCAPED")
# ## copies between descriptors inside the kernel
# without: filter
import ctypes, os
(a, b), (c, d) = os.pipe(), os.pipe()
os.write(b, b"x")
print("ESCAPED" if ctypes.CDLL(None).tee(a, d, 1, 0) == 1 else "held")
# ## calls the kernel as a 32-bit program does
# without: filter
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, getpid; int 0x80; ret
answer = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print("ESCAPED" if answer > 0 else "held", flush=True)
