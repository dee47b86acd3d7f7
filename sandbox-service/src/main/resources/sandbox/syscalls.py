"""The seccomp allow-list of a snippet, as a classic BPF program for x86_64.

Allowed: files, memory, threads, time, waiting, and nothing that makes a process, a socket to anywhere, a namespace or
a mount. Everything else fails with EPERM, which Python shows as PermissionError. A foreign architecture is killed.
Numbers: arch/x86/entry/syscalls/syscall_64.tbl of the Linux source.
"""
import ctypes
import platform
import struct

ALLOWED = """
read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12
rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 pread64 17 pwrite64 18 readv 19 writev 20 access 21 pipe 22 select 23
sched_yield 24 mremap 25 msync 26 madvise 28 dup 32 dup2 33 pause 34 nanosleep 35 getitimer 36 alarm 37
setitimer 38 getpid 39 sendfile 40 sendto 44 recvfrom 45 shutdown 48 getsockname 51 getpeername 52 setsockopt 54
getsockopt 55 exit 60 wait4 61 kill 62 uname 63 fsync 74 fdatasync 75 truncate 76 ftruncate 77 getdents 78 getcwd 79
chdir 80 fchdir 81 rename 82 mkdir 83 rmdir 84 creat 85 link 86 unlink 87 symlink 88 readlink 89 chmod 90 fchmod 91
umask 95 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99 times 100 getuid 102 getgid 104 geteuid 107 getegid 108
getppid 110 getpgrp 111 getgroups 115 getresuid 118 getresgid 120 getpgid 121 getsid 124 capget 125 rt_sigpending 127
rt_sigtimedwait 128 rt_sigsuspend 130 sigaltstack 131 utime 132 statfs 137 fstatfs 138 sched_getparam 143
sched_getscheduler 145 setrlimit 160 gettid 186 getxattr 191 lgetxattr 192 fgetxattr 193 listxattr 194
llistxattr 195 flistxattr 196 time 201 futex 202 sched_getaffinity 204 epoll_create 213 getdents64 217
set_tid_address 218 fadvise64 221 clock_gettime 228 clock_getres 229 clock_nanosleep 230 exit_group 231 epoll_wait 232
epoll_ctl 233 tgkill 234 utimes 235 waitid 247 openat 257 mkdirat 258 newfstatat 262 unlinkat 263 renameat 264
linkat 265 symlinkat 266 readlinkat 267 fchmodat 268 faccessat 269 pselect6 270 ppoll 271 set_robust_list 273
utimensat 280 epoll_pwait 281 eventfd 284 fallocate 285 eventfd2 290 epoll_create1 291 dup3 292
pipe2 293 preadv 295 pwritev 296 getcpu 309 renameat2 316 getrandom 318 statx 332 rseq 334
close_range 436 faccessat2 439
"""

CLONE_OF_A_THREAD = 0x00010000 | 0x00000100 | 0x00000800  # CLONE_THREAD, CLONE_VM, CLONE_SIGHAND
CLONE_NAMESPACES_AND_VFORK = 0x7E020000 | 0x00004000

# Number: tests that must all hold, each (argument index, mask, permitted values).
CONDITIONAL = {
    56: [(0, CLONE_OF_A_THREAD | CLONE_NAMESPACES_AND_VFORK, [CLONE_OF_A_THREAD])],  # clone: threads only
    # socketpair: AF_UNIX stream, for asyncio; datagram pairs could be addressed from another call
    53: [(0, 0xFFFFFFFF, [1]), (1, 0xF, [1])],
    302: [(0, 0xFFFFFFFF, [0])],  # prlimit64: of the process itself
    157: [(0, 0xFFFFFFFF, [15, 16])],  # prctl: PR_SET_NAME, PR_GET_NAME
    16: [(1, 0xFFFFFFFF, [0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451])],  # ioctl: isatty, window, FIO*
    # fcntl: descriptor flags, record locks, pipe size query; neither leases nor larger pipes
    72: [(1, 0xFFFFFFFF, [0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032])],
}
KILL_CALL, TGKILL, CLONE3 = 62, 234, 435

ALLOW, DENY, NO_SUCH_CALL, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
AUDIT_ARCH_X86_64, X32_BIT = 0xC000003E, 0x40000000


class Program(ctypes.Structure):
    """struct sock_fprog; `code` keeps the instructions alive."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    def __init__(self, instructions):
        self.code = ctypes.create_string_buffer(b"".join(instructions))
        super().__init__(len(instructions), ctypes.addressof(self.code))


def _op(code, value, on_true=0, on_false=0):
    return struct.pack("HBBI", code, on_true, on_false, value)


def _load(offset):
    return _op(0x20, offset)


def _equal(value, on_true, on_false):
    return _op(0x15, value, on_true, on_false)


def _answer(value):
    return _op(0x06, value)


def _tests(tests):
    block = [_answer(ALLOW)]
    for argument, mask, values in reversed(tests):
        matches = [_equal(value, len(values) - i, 0) for i, value in enumerate(values)]
        block = [_load(16 + 8 * argument), _op(0x54, mask)] + matches + [_answer(DENY)] + block
    return block


def _table(conditional):
    """(first call number, block for it and those up to the next entry), ascending."""
    blocks = {number: [_answer(ALLOW)] for number in map(int, ALLOWED.split()[1::2])}
    blocks.update((number, _tests(tests)) for number, tests in conditional.items())
    blocks[CLONE3] = [_answer(NO_SUCH_CALL)]  # its flags are out of sight; glibc then calls clone
    denied, table = [_answer(DENY)], [(0, [_answer(DENY)])]
    for number in sorted(blocks):
        for first, block in ((number, blocks[number]), (number + 1, denied)):
            if table[-1][0] == first:
                table.pop()
            if not table or table[-1][1] != block:
                table.append((first, block))
    return table + [(X32_BIT, [_answer(NO_SUCH_CALL)])]


def _search(table):
    """Halves the table at each step: the kernel runs the program once for every call number when it is installed."""
    if len(table) == 1:
        return table[0][1]
    middle = len(table) // 2
    below, above = _search(table[:middle]), _search(table[middle:])
    return [_op(0x35, table[middle][0], len(below), 0)] + below + above


def build(only_process=None):
    """The program; OSError on a processor that has no table here.

    `only_process`: the one that signals may go to, where no process namespace says so.
    """
    if platform.machine() != "x86_64":
        raise OSError("no system call table for %s; the sandbox runs on x86_64" % platform.machine())
    conditional = dict(CONDITIONAL)
    if only_process is not None:
        conditional.update({KILL_CALL: [(0, 0xFFFFFFFF, [only_process])], TGKILL: [(0, 0xFFFFFFFF, [only_process])]})
    program = [_load(4), _equal(AUDIT_ARCH_X86_64, 1, 0), _answer(KILL), _load(0)]
    return Program(program + _search(_table(conditional)))
