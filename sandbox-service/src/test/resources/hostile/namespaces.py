# ## reads the machine's accounts
# without: files
print("ESCAPED" if "root" in open("/etc/passwd").read() else "held")
# ## reads the machine's accounts through a symbolic link
# without: files
# needs: tmp
import os
os.symlink("/etc/passwd", "/tmp/x")
print("ESCAPED" if "root" in open("/tmp/x").read() else "held")
# ## reads the machine's accounts from the parents of a folder
# without: files
import os
os.chdir("/usr/lib")
print("ESCAPED" if "root" in open("../../../../etc/passwd").read() else "held")
# ## lists the machine's files
# without: files
import os
print("ESCAPED" if os.listdir("/var") else "held")
# ## looks into the kernel's settings
# without: files
import os
print("ESCAPED" if os.listdir("/sys") else "held")
# ## writes beside the root's folders
# without: read-only-root
open("/left", "w").write("x")
print("ESCAPED")
# ## writes beside the devices
# without: read-only-root
open("/dev/left", "w").write("x")
print("ESCAPED")
# ## leaves a file for the next call in the root
# without: read-only-root
# before
open("/secret", "w").write("x")
# attack
open("/secret").read()
print("ESCAPED")
# ## leaves a file for the next call in /tmp
# without: own-tmp
# before
open("/tmp/secret", "w").write("x")
# attack
open("/tmp/secret").read()
print("ESCAPED")
# ## reads a neighbour's file in /tmp
# without: own-tmp
# beside
import time
open("/tmp/neighbour", "w").write("x")
time.sleep(1)
# attack
import os, time
until = time.monotonic() + 0.8
while time.monotonic() < until and not os.path.exists("/tmp/neighbour"):
    time.sleep(0.02)
print("ESCAPED" if os.path.exists("/tmp/neighbour") else "held")
# ## runs machine code from a file of its own
# without: no-exec
# needs: tmp
import ctypes, glob, shutil
shutil.copyfile(glob.glob("/usr/lib/x86_64-linux-gnu/libz.so.1*")[0], "/tmp/own.so")
ctypes.CDLL("/tmp/own.so")
print("ESCAPED")
# ## lists processes
# without: own-proc
import os
print("ESCAPED" if [name for name in os.listdir("/proc") if name.isdigit()] else "held")
# ## reads its own memory map
# without: own-proc
open("/proc/self/maps").read()
print("ESCAPED")
# ## opens descriptors of others by name
# without: own-proc
import os
print("ESCAPED" if os.listdir("/proc/self/fd") else "held")
# ## reads where the machine's files are mounted
# without: own-proc
open("/proc/self/mounts").read()
print("ESCAPED")
# ## finds the fork server by its number
# without: processes
import os
os.kill(1, 0)
print("ESCAPED" if os.getpid() != 1 else "held")
# ## kills a neighbour by number
# without: processes
# beside
import time
time.sleep(1.5)
print("UNHARMED")
# attack
import os, time
time.sleep(0.5)
for other in range(2, 400):
    if other != os.getpid():
        try:
            os.kill(other, 9)
            print("ESCAPED")
        except OSError:
            pass
# ## kills a neighbour as one of its group
# without: own-group
# beside
import time
time.sleep(1.5)
print("UNHARMED")
# attack
import os, time
time.sleep(0.5)
os.killpg(0, 9)
# ## knows the machine's name
# without: own-name
# needs: own name
import os
print("ESCAPED" if os.uname().nodename != "sandbox" else "held")
# ## finds the service's variables
# without: empty-environment
import os
print("ESCAPED" if "DB_PASSWORD" in os.environ else "held")
# ## finds the service's variables through the C library
# without: empty-environment
import ctypes
getenv = ctypes.CDLL(None).getenv
getenv.restype = ctypes.c_char_p
print("ESCAPED" if getenv(b"DB_PASSWORD") else "held")
# ## finds a descriptor that was left open
# without: closed-descriptors
import os
for fd in range(3, 1024):
    try:
        os.fstat(fd)
        print("ESCAPED")
    except OSError:
        pass
# ## forges its result
# without: closed-descriptors
# forged exit code: 99
import os, stat
for fd in reversed(range(3, 1024)):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            os.write(fd, b'{"exit_code": 99, "timed_out": false, "millis": 1}')
            break
    except OSError:
        pass
# ## reads what the service is told
# without: no-input
import os, stat
print("ESCAPED" if not stat.S_ISCHR(os.fstat(0).st_mode) else "held")
# ## finds another call's code in memory
# without: blind-fork-server
# before
x = "SECRET-" + "9" * 9
y = "SECRET-123456789"
# attack
import ctypes, os, re
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
reader, writer = os.pipe()
def page(address):
    if libc.write(writer, address, 4096) != 4096:
        return False
    if re.search(b"SECRET-[0-9]{9}", os.read(reader, 4096)):
        print("ESCAPED")
    return True
for start in {libc.sbrk(0) - 4096, id(object()), id(re), ctypes.addressof(ctypes.c_int())}:
    for step in (-4096, 4096):
        address = start & ~4095
        while page(address):
            address += step
