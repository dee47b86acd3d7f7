"""Files without a mount namespace: below the given paths reading, to the rest nothing (Linux 5.13 and newer, landlock(7))."""
import ctypes
import os
import struct

from kernel import checked, libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
ALL = (1 << 16) - 1  # version 5 and newer

READABLE = ["/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/etc/ld.so.cache", "/etc/localtime",
            "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
WRITABLE = ["/dev/null"]


def ruleset(packages):
    """A descriptor for `restrict`; OSError where the kernel has no Landlock."""
    try:
        version = checked(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION), "Landlock")
    except OSError as missing:
        raise OSError("isolation seccomp needs Landlock (Linux 5.13 or newer, lsm=landlock): %s" % missing)
    handled = ALL_OF_VERSION.get(version, ALL)
    fd = checked(libc.syscall(CREATE_RULESET, struct.pack("Q", handled), ctypes.c_size_t(8), 0), "make a Landlock ruleset")
    for path in READABLE + packages:
        _allow(fd, path, READ_FILE | EXECUTE | READ_DIR)
    for path in WRITABLE:
        _allow(fd, path, READ_FILE | WRITE_FILE)
    return fd


def _allow(fd, path, access):
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        access &= ~READ_DIR
    checked(libc.syscall(ADD_RULE, fd, PATH_BENEATH, struct.pack("=Qi", access, beneath), 0), "allow " + path)
    os.close(beneath)


def restrict(fd):
    """Needs no_new_privs."""
    checked(libc.syscall(RESTRICT_SELF, fd, 0), "restrict to the readable files")
