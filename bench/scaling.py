"""Episodes a second by the number of rollout- and judge-services, each a process of its own: task-, learner-service and gateway once, and
N of each of the two workers, over one broker and one database server in a process of theirs. Policy and tool are stand-ins that answer
after a fixed time (dev.hone.bench.StandIns), so that a rollout-service with W places finishes at most W / (2 x 0.5 s + 0.2 s) episodes a second
whatever the machine, and what keeps N of them from N times that is the services' own work.

Prints for each N one line of JSON: episodes a second between the 10th and 90th part of a run, and processor time an episode by
process. Called by bench/scaling.sh, which builds and sets WORKERS, EPISODES, PLACES, JAVA_HOME."""
import glob
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORKERS = [int(n) for n in os.environ.get("WORKERS", "1,2,4,8").split(",")]
PLACES = int(os.environ.get("PLACES", "16"))
SECONDS = int(os.environ.get("SECONDS_EACH", "60"))
GENERATE, TOOL = 0.5, 0.2
IDEAL = PLACES / (2 * GENERATE + TOOL)  # episodes/s of one rollout-service
JAVA = os.environ["JAVA_HOME"] + "/bin/java"
OPTIONS = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
TICKS = os.sysconf("SC_CLK_TCK")


class Ring:
    """The processes, by what they are."""

    def __init__(self, folder):
        self.folder, self.processes, self.environment, self.port = folder, {}, dict(os.environ), 18080

    def start(self, kind, command, **more):
        name = f"{kind}-{len(self.processes.get(kind, []))}"
        out, log = open(f"{self.folder}/{name}.out", "w"), open(f"{self.folder}/{name}.log", "w")
        process = subprocess.Popen(command, stdout=out, stderr=log, cwd=ROOT, env={**self.environment, **more})
        self.processes.setdefault(kind, []).append(process)
        return process, f"{self.folder}/{name}.out"

    def bench(self, kind, said, main, *arguments):
        """A class of bench; returns what it says, as a pattern, when it is up."""
        classes = glob.glob(str(ROOT / "bench/target/bench-*-SNAPSHOT.jar"))[0] + ":" + (ROOT / "bench/target/classpath").read_text()
        process, out = self.start(kind, [JAVA, *OPTIONS, "-cp", classes, "dev.hone.bench." + main, *arguments])
        while not (found := re.search(said, read(out), re.M)):
            if process.poll() is not None:
                sys.exit(f"scaling: {main} ended: {pathlib.Path(out[:-3] + 'log').read_text()[-2000:]}")
            time.sleep(0.2)
        return found.group()

    def service(self, module, **more):
        """Starts one more process of a service; returns its address."""
        self.port += 1
        jar = glob.glob(str(ROOT / module / "target" / f"{module}-*-exec.jar"))[0]
        self.start(module, [JAVA, *OPTIONS, "-jar", jar], PORT=str(self.port), HONE_DATA=f"{self.folder}/data", HONE_RUNS_DIR=f"{self.folder}/runs", **more)
        return f"http://127.0.0.1:{self.port}"

    def cpu(self):
        """Seconds of processor time so far by kind, of the database server's processes with their parent's."""
        seconds = {}
        for kind, processes in self.processes.items():
            for process in processes:
                for pid in [process.pid, *descendants(process.pid)]:
                    try:
                        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                    except OSError:
                        continue
                    name = "postgres" if kind == "servers" and pid != process.pid else kind
                    # Its own and that of children that have ended.
                    seconds[name] = seconds.get(name, 0) + sum(int(field) for field in fields[11:15]) / TICKS
        return seconds

    def stop(self):
        everything = [process for kind in reversed(list(self.processes)) for process in self.processes[kind]]
        for process in everything:
            process.terminate()
        for process in everything:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def descendants(pid):
    children = [int(child) for task in glob.glob(f"/proc/{pid}/task/*/children") for child in read(task).split()]
    return children + [below for child in children for below in descendants(child)]


def read(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError:
        return ""


def get(url, body=None):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/yaml", "Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def ready(address):
    end = time.monotonic() + 300
    while time.monotonic() < end:
        try:
            if get(address + "/actuator/health/readiness")["status"] == "UP":
                return
        except OSError:
            pass
        time.sleep(0.5)
    sys.exit(f"scaling: {address} is not ready after 300 s")


def configuration(folder, name, episodes, at_one_time):
    lines = (ROOT / "examples/math-agent/data/test.jsonl").read_text().splitlines()
    problems = pathlib.Path(folder, f"{name}.jsonl")
    problems.write_text("".join(line + "\n" for line in itertools.islice(itertools.cycle(lines), episodes // 8)))
    text = (ROOT / "examples/math-agent/math_agent.yaml").read_text()
    for what, other in ((r"(validation: \{file_path: )[^}]*", rf"\g<1>{problems}"), (r"project_name: .*", f"project_name: {name}"),
                        (r"(file_path|path): examples", rf"\1: {ROOT}/examples"),
                        (r"max_response_length_in_one_turn: .*", "max_response_length_in_one_turn: 640"), (r"max_model_len: .*", "max_model_len: 2048"),
                        (r"    num_repeat: 8", "    num_repeat: 8\n    val_num_repeat: 8"), (r"max_env_worker: .*", f"max_env_worker: {at_one_time}"),
                        (r"(total_training_steps: .*)", r"\1\n    val_only: true")):
        text, count = re.subn(what, other, text)
        if not count:
            sys.exit(f"scaling: examples/math-agent/math_agent.yaml has no {what} any more")
    return text.encode()


def measure(ring, gateway, workers, seconds):
    episodes = max(160, int(IDEAL * workers * seconds) // 8 * 8)
    run = get(gateway + "/api/v1/runs", configuration(ring.folder, f"scaling-{workers}", episodes, workers * PLACES))["run"]
    seen, processor = [], []
    while not seen or seen[-1][1] < episodes:
        view = get(f"{gateway}/api/v1/runs/{run}")
        if view["state"] in ("failed", "cancelled"):
            sys.exit(f"scaling: run {run} {view['state']}: {view.get('failure')}")
        seen.append((time.monotonic(), get(f"{gateway}/api/v1/runs/{run}/summary")["episodes_judged"] or 0))
        processor.append(ring.cpu())
        time.sleep(0.5)
    inner = [i for i, (_, count) in enumerate(seen) if 0.1 * episodes <= count <= 0.9 * episodes]
    if len(inner) < 2:
        sys.exit(f"scaling: {episodes} episodes gave too few points; raise SECONDS_EACH")
    first, last = inner[0], inner[-1]
    judged, took = seen[last][1] - seen[first][1], seen[last][0] - seen[first][0]
    spent = {kind: processor[last][kind] - processor[first].get(kind, 0) for kind in processor[last]}
    return {"bench": "scaling", "workers": workers, "places": workers * PLACES, "episodes": episodes, "episodes_per_second": round(judged / took, 1),
            "ideal": round(IDEAL * workers, 1), "share_of_ideal": round(judged / took / IDEAL / workers, 2),
            "processors_busy": round(sum(spent.values()) / took, 2), "milliseconds_an_episode": {kind: round(1000 * used / judged, 2) for kind, used in spent.items()}}


def main():
    folder = tempfile.mkdtemp(prefix="hone-scaling-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    ring = Ring(folder)
    try:
        stand_ins = ring.bench("stand-ins", r"http://[0-9.:]+(?=,)", "StandIns", "--model", "examples/math-agent/model", "--generate-millis", str(int(1000 * GENERATE)), "--tool-millis", str(int(1000 * TOOL)))
        ring.environment.update(json.loads(ring.bench("servers", r"^\{.*\}$", "Servers", "--folder", folder, "--partitions", str(2 * max(WORKERS)))))
        # Connections: so many services share one server.
        ring.environment.update(HONE_DB_POOL="5", HONE_JUDGE_CONCURRENCY="2", HONE_ROLLOUT_WORKERS=str(PLACES), HONE_ROLLOUT_SANDBOX_URL=stand_ins, GENERATOR_URLS=stand_ins)
        for name, module in (("TASK", "task-service"), ("LEARNER", "learner-service"), ("ROLLOUT", "rollout-service"), ("JUDGE", "judge-service")):
            ring.environment[name + "_URL"] = ring.service(module)
        gateway = ring.service("gateway")
        for name in ("TASK", "LEARNER", "ROLLOUT", "JUDGE"):
            ready(ring.environment[name + "_URL"])
        ready(gateway)
        measure(ring, gateway, 1, SECONDS)  # compiled code, filled caches
        for workers in WORKERS:
            started = [ring.service(module) for module in ("rollout-service", "judge-service") for _ in range(workers - len(ring.processes[module]))]
            for address in started:
                ready(address)
            time.sleep(10)  # partitions are shared out anew
            print(json.dumps(measure(ring, gateway, workers, SECONDS)), flush=True)
    finally:
        ring.stop()
        if os.environ.get("KEEP"):
            print("scaling: logs in " + folder, file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
