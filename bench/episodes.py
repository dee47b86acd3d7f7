"""Watches the run of bench/episodes.sh: its rate and its heap. Usage: episodes.py FOLDER EPISODES CONCURRENT TOOL PID"""
import json, os, re, subprocess, sys, time, urllib.request

folder, episodes, concurrent, tool, pid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]


def gateway():
    found = re.search(r"Gateway: (http://\S+)", open(folder + "/progress").read())
    return found and found.group(1)


def judged():
    with urllib.request.urlopen(gateway() + "/api/v1/runs/episodes-eval-1/summary", timeout=30) as answer:
        return json.load(answer)["episodes_judged"]


def heap():
    jcmd = os.environ["JAVA_HOME"] + "/bin/jcmd"
    subprocess.run([jcmd, pid, "GC.run"], capture_output=True, check=True)
    text = subprocess.run([jcmd, pid, "GC.heap_info"], capture_output=True, check=True, text=True).stdout
    return round(sum(int(used) for used in re.findall(r"total \d+K, used (\d+)K", text)) / 1024, 1)


seen, heaps, due = [], [], [0.2, 0.5, 0.8]
while True:
    if not os.path.exists(f"/proc/{pid}"):
        break
    try:
        count = judged() if gateway() else 0
    except OSError:
        count = 0
    if count:
        seen.append((time.monotonic(), count))
        if due and count >= due[0] * episodes:
            due.pop(0)
            heaps.append(heap())
        if count >= episodes:
            break
    time.sleep(0.5)
inner = [(t, n) for t, n in seen if 0.1 * episodes <= n <= 0.9 * episodes]
if len(inner) < 2:
    sys.exit("episodes: the run gave too few points; its progress:\n" + open(folder + "/progress").read())
(begin, first), (end, last) = inner[0], inner[-1]
print(json.dumps({"bench": "episodes", "tool": tool, "concurrent": concurrent, "episodes": episodes, "judged": seen[-1][1],
                  "episodes_per_second": round((last - first) / (end - begin), 1), "heap_mib": heaps}))
