# ## reads the machine's accounts in spite of Landlock
# without: landlock
print("ESCAPED" if "root" in open("/etc/passwd").read() else "held")
# ## lists the machine's processes in spite of Landlock
# without: landlock
import os
print("ESCAPED" if [name for name in os.listdir("/proc") if name.isdigit()] else "held")
# ## reads the fork server's variables in spite of Landlock
# without: landlock
import os
print("ESCAPED" if open("/proc/%d/environ" % os.getppid()).read() else "held")
# ## leaves a file on the machine
# without: landlock
import os
path = "/tmp/hone-%d" % os.getpid()
open(path, "w").close()
os.remove(path)
print("ESCAPED")
# ## reaches the fork server by a signal
# without: signals
import os
os.kill(os.getppid(), 0)
print("ESCAPED")
# ## reaches all processes of its user by a signal
# without: signals
import os
os.kill(-1, 0)
print("ESCAPED")
# ## reaches the fork server's thread by a signal
# without: signals
import ctypes, os
print("ESCAPED" if ctypes.CDLL(None).syscall(234, os.getppid(), os.getppid(), 0) == 0 else "held")
