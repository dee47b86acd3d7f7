"""The C library, with errors as OSError."""
import ctypes
import os

libc = ctypes.PyDLL(None, use_errno=True)


def checked(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))
    return result


def prctl(option, value, what):
    checked(libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), what)
