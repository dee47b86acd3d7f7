"""Times sandbox-service over REST: bench/sandbox.py [--calls N] [--level N] -- COMMAND that starts the service.

Prints calls per second, latency and CPU of `print(17*23)` at 4 clients, beside a bare interpreter without a sandbox; whether 32 callers at once are all answered; and, with
--level, memory, processes and open files before and after so many calls. CPU is that of the service with all its processes, from
a control group of its own (as root), else of the whole machine."""
import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

CODE, ANSWER = "print(17*23)", "391\n"
GROUPS = pathlib.Path("/sys/fs/cgroup/cpuacct"), pathlib.Path("/sys/fs/cgroup")


class Cpu:
    """Seconds of processor time that the service took so far."""

    def __init__(self):
        self.group = None
        for root in GROUPS:
            try:
                group = root / ("hone-bench-%d" % os.getpid())
                group.mkdir()
                (group / "cgroup.procs").touch()
                self.group = group
                return
            except OSError:
                continue

    def enter(self):
        if self.group:
            (self.group / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self):
        if not self.group:
            fields = pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]
            return (sum(map(int, fields[:3])) + sum(map(int, fields[5:7]))) / os.sysconf("SC_CLK_TCK")
        if (self.group / "cpuacct.usage").exists():
            return int((self.group / "cpuacct.usage").read_text()) / 1e9
        return int(re.search(r"usage_usec (\d+)", (self.group / "cpu.stat").read_text())[1]) / 1e6

    def close(self):
        if self.group:
            try:
                self.group.rmdir()
            except OSError:
                pass


class Client:
    """One connection, kept open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def call(self, code, answer):
        body = json.dumps({"code": code})
        start = time.perf_counter()
        self.connection.request("POST", "/api/v1/executions", body, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        text = response.read()
        took = time.perf_counter() - start
        if response.status != 200 or json.loads(text)["stdout"] != answer:
            raise SystemExit("wrong answer to %r: %d %s" % (code, response.status, text))
        return took


def drive(port, clients, calls):
    """Latencies of so many calls by so many clients, sorted, and the seconds that all took."""
    times = [[] for _ in range(clients)]

    def work(mine):
        client = Client(port)
        for _ in range(calls // clients):
            mine.append(client.call(CODE, ANSWER))

    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(mine,)) for mine in times]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    took = time.perf_counter() - start
    all_times = sorted(sum(times, []))
    if len(all_times) != calls // clients * clients:
        raise SystemExit("only %d of %d calls were answered" % (len(all_times), calls))
    return all_times, took


def bare(clients, calls):
    """Calls per second and CPU seconds a call of a fresh interpreter for each, without any sandbox: what the machine can do."""
    def work(_):
        subprocess.run(["/usr/bin/python3", "-I", "-S", "-c", CODE], stdout=subprocess.DEVNULL, check=True)

    used, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as callers:
        list(callers.map(work, range(calls)))
    took, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return calls / took, (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / calls


def tree(root):
    """The process and all below it."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        except OSError:
            continue
    found, new = [], [root]
    while new:
        found += new
        new = sum((parents.get(pid, []) for pid in new), [])
    return found


def level(service, port):
    """Processes, threads, open files and resident MiB of the service with all below it; MiB of its heap after a collection."""
    subprocess.run(["jcmd", str(service), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pids = tree(service)
    memory = threads = files = 0
    for pid in pids:
        status = pathlib.Path("/proc/%d/status" % pid).read_text()
        memory += int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        threads += int(re.search(r"Threads:\s+(\d+)", status)[1])
        files += len(os.listdir("/proc/%d/fd" % pid))
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/actuator/prometheus")
    metrics = connection.getresponse().read().decode()
    heap = sum(float(value) for value in re.findall(r'jvm_memory_used_bytes\{area="heap".*\} (\S+)', metrics)) / 2**20
    return {"processes": len(pids), "threads": threads, "files": files, "resident": memory, "heap": heap}


def start(command, cpu):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(command, env=dict(os.environ, PORT=str(port)), preexec_fn=cpu.enter,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/actuator/health/readiness")
            if connection.getresponse().status == 200:
                return process, port
        except OSError:
            pass
        time.sleep(0.2)
    process.kill()
    raise SystemExit("the service was not ready: " + " ".join(command))


def service_of(process):
    """The JVM: the process itself or the one that a launcher script started."""
    for pid in tree(process.pid):
        if os.path.basename(os.readlink("/proc/%d/exe" % pid)) == "java":
            return pid
    raise SystemExit("no JVM below process %d" % process.pid)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=4000)
    options.add_argument("--level", type=int, default=0)
    options.add_argument("command", nargs="+")
    options = options.parse_args()
    cpu = Cpu()
    process, port = start(options.command, cpu)
    try:
        drive(port, 4, 8000)  # the JVM warms up
        before = cpu.seconds()
        times, took = drive(port, 4, options.calls)
        used = cpu.seconds() - before
        print("4 clients: %.0f calls/s, p50 %.1f ms, p99 %.1f ms, CPU %.2f ms a call (%s); load average %.1f" % (
            len(times) / took, 1000 * times[len(times) // 2], 1000 * times[len(times) * 99 // 100],
            1000 * used / len(times), "of the service" if cpu.group else "of the whole machine", os.getloadavg()[0]))
        rate, seconds = bare(4, 600)
        print("a bare python3 for each, 4 at a time: %.0f calls/s, CPU %.2f ms a call: the sandbox answers %.2f x as many" % (
            rate, 1000 * seconds, len(times) / took / rate))
        start_of_32 = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(32) as callers:
            answers = list(callers.map(lambda n: Client(port).call("print(%d * 23)" % n, "%d\n" % (n * 23)), range(32)))
        print("32 callers at once: %d answered right in %.0f ms, slowest %.0f ms" % (
            len(answers), 1000 * (time.perf_counter() - start_of_32), 1000 * max(answers)))
        if options.level:
            service = service_of(process)
            drive(port, 4, options.level // 5)
            rows = [level(service, port)]
            drive(port, 4, options.level)
            rows.append(level(service, port))
            for name, value in rows[0].items():
                print("%-10s %8.1f before, %8.1f after %d calls" % (name, value, rows[1][name], options.level))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        cpu.close()


if __name__ == "__main__":
    sys.exit(main())
