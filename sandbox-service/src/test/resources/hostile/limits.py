# ## sleeps past its time
# without: wall
# limits: 0.5 5
import time
time.sleep(1.5)
print("ESCAPED")
# ## ignores all signals and sleeps past its time
# without: wall
# limits: 0.5 5
import signal, time
for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
time.sleep(1.5)
print("ESCAPED")
# ## goes on in a thread after its end
# without: wall
# limits: 0.5 5
import threading, time
threading.Thread(target=lambda: (time.sleep(1.5), print("ESCAPED"))).start()
# ## goes on in an exit handler
# without: wall
# limits: 0.5 5
import atexit, time
atexit.register(lambda: (time.sleep(1.5), print("ESCAPED")))
# ## goes on in a destructor
# without: wall
# limits: 0.5 5
import time
class Last:
    def __del__(self):
        time.sleep(1.5)
        print("ESCAPED")
last = Last()
del last
# ## wakes itself by an alarm after its time
# without: wall
# limits: 0.5 5
import signal
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 1.5)
signal.pause()
print("ESCAPED")
# ## closes its outputs and lives on
# without: wall
# limits: 0.5 5
import os, time
copy = os.dup(1)
os.close(1)
os.close(2)
time.sleep(1.5)
os.write(copy, b"ESCAPED")
# ## burns processor time in a loop
# without: cpu
# limits: 20 1
import time
while time.process_time() < 2.2:
    pass
print("ESCAPED")
# ## burns processor time in C
# without: cpu
# limits: 20 1
import time
while time.process_time() < 2.2:
    pow(7, 10 ** 5) % 3
print("ESCAPED")
# ## burns processor time in the regular expression engine
# without: cpu
# limits: 20 1
import re, time
while time.process_time() < 2.2:
    re.match("(a+)+b", "a" * 18)
print("ESCAPED")
# ## burns processor time and ignores the signal that says so
# without: cpu
# limits: 20 1
import signal, time
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
while time.process_time() < 2.2:
    pass
print("ESCAPED")
# ## takes half a gigabyte
# without: memory
x = bytearray(1 << 29)
print("ESCAPED")
# ## maps half a gigabyte
# without: memory
import mmap
x = mmap.mmap(-1, 1 << 29)
print("ESCAPED")
# ## takes memory bit by bit
# without: memory
x = [bytes(1 << 20) for _ in range(400)]
print("ESCAPED")
# ## takes memory by ctypes
# without: memory
import ctypes
malloc = ctypes.CDLL(None).malloc
malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
print("ESCAPED" if malloc(1 << 29) else "held")
# ## raises its own limits
# without: hard-limits
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))
print("ESCAPED")
# ## starts threads without end
# without: threads
# needs: own user
import threading, time
threading.stack_size(64 << 10)
for _ in range(100):
    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
print("ESCAPED")
# ## opens files without end
# without: open-files
x = [open("/dev/null") for _ in range(200)]
print("ESCAPED")
# ## makes pipes without end
# without: open-files
import os
x = [os.pipe() for _ in range(100)]
print("ESCAPED")
# ## writes a large file
# without: file-size tmp-size
# needs: tmp
open("/tmp/x", "wb").write(bytes(17 << 20))
print("ESCAPED")
# ## reserves a large file
# without: file-size tmp-size
# needs: tmp
import os
os.posix_fallocate(os.open("/tmp/x", os.O_CREAT | os.O_RDWR), 0, 1 << 28)
print("ESCAPED")
# ## fills /tmp with files
# without: tmp-size
# needs: tmp
for n in range(20):
    open("/tmp/%d" % n, "wb").write(bytes(1 << 20))
print("ESCAPED")
# ## fills /tmp with names
# without: tmp-size
# needs: tmp
for n in range(2000):
    open("/tmp/%d" % n, "wb").close()
print("ESCAPED")
# ## fills /tmp with links
# without: tmp-size
# needs: tmp
import os
for n in range(2000):
    os.symlink("x" * 200, "/tmp/%d" % n)
print("ESCAPED")
# ## may dump its core
# without: no-core
import resource
print("ESCAPED" if resource.getrlimit(resource.RLIMIT_CORE)[0] else "held")
# ## floods standard output
# without: flood
import os, sys
for _ in range(9 << 4):
    os.write(1, b"x" * (1 << 16))
print("ESCAPED", file=sys.stderr)
# ## floods standard error
# without: flood
import os
for _ in range(9 << 4):
    os.write(2, b"x" * (1 << 16))
print("ESCAPED")
# ## floods with one endless line
# without: flood
import sys
sys.stdout.write("x" * (9 << 20))
sys.stdout.flush()
print("ESCAPED", file=sys.stderr)
# ## has more output kept than is due
# without: kept-output
print("x" * (64 << 10) + "ESCAPED")
# ## has more errors kept than is due
# without: kept-output
import sys
print("\x1b[31m" * (16 << 10) + "ESCAPED", file=sys.stderr)
