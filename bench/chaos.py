"""Kills Hone's processes with -9 in the middle of its work, and shows that nothing was lost or done twice.

The six services, the broker and the database server run as processes of their own, each started again when it has ended, as a container
engine would. A run without trouble comes first, then the same run, with the same seed, in which every 2 to 5 seconds a random process that is up is killed with -9.
Both are to end alike: every episode once, the same ledger, the same weights bit by bit, and no invariant (messaging's invariants.sql, which every
service checks all the while) violated at any moment.

    fake   the policy is a stand-in (dev.hone.bench.StandIns), so that all is the services' own work; the learner trains all the same
    real   the math agent's tiny model generates
    lease  rollout-service is held up (SIGSTOP) until the leases of what it runs have ended, then goes on

On few processors a process takes long to start: no more than AT_ONCE are down at one time, and the next kill waits for that.
Called by bench/chaos.sh, which builds and has the settings. Prints one line of JSON for each part; ends with 1, and says why, if anything is not as it should be."""
import glob
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from scaling import descendants, get, read

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAVA = os.environ["JAVA_HOME"] + "/bin/java"
OPTIONS = ["-Xmx448m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
PARTS = os.environ.get("PARTS", "fake,real,lease").split(",")
KILLS = int(os.environ.get("KILLS", "20"))
EACH = int(os.environ.get("EACH", "2"))
MOST = int(os.environ.get("MOST", "0")) or sys.maxsize
STEPS = int(os.environ.get("STEPS", "8"))
GROUPS, SAMPLES = int(os.environ.get("BATCH", "8")), 8
GENERATE_MILLIS = int(os.environ.get("GENERATE_MILLIS", "800"))
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 1 << 31)
PATIENCE = int(os.environ.get("PATIENCE", "1500"))
SERVICES = {"task-service": "TASK", "rollout-service": "ROLLOUT", "sandbox-service": "SANDBOX", "judge-service": "JUDGE", "learner-service": "LEARNER", "gateway": "GATEWAY"}
STATEFUL = [name for name in SERVICES if name != "sandbox-service"]
# What is measured in time or memory differs between two runs; everything else has to be the same.
MEASURED = re.compile(r"^(throughput|time|memory|staleness|mfu|flops|tokens_per)|seconds|bytes")


def failed(why):
    raise SystemExit(f"chaos (seed {SEED}): {why}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Member:
    """A process that is started again whenever it has ended."""

    def __init__(self, ring, name, command, port, **environment):
        self.ring, self.name, self.command, self.port, self.environment = ring, name, command, port, environment
        self.starts, self.kills, self.process = 0, 0, None

    def start(self):
        self.starts += 1
        base = f"{self.ring.folder}/{self.name}-{self.starts}"
        with open(base + ".out", "w") as out, open(base + ".log", "w") as log:
            self.process = subprocess.Popen(self.command, stdout=out, stderr=log, cwd=ROOT, env={**self.ring.environment, **self.environment})

    def address(self):
        """The line of JSON in which the broker or the database server says where it is; None before."""
        found = re.search(r"^\{.*\}$", read(f"{self.ring.folder}/{self.name}-{self.starts}.out"), re.M)
        return found and json.loads(found.group())

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def up(self):
        """Whether it does its work: a service is ready, the broker or the database server has said where it is."""
        if not self.alive():
            return False
        if self.name not in SERVICES:
            return self.address() is not None
        try:
            return get(f"http://127.0.0.1:{self.port}/actuator/health/readiness")["status"] == "UP"
        except (OSError, ValueError):
            return False

    def kill(self):
        """-9 to it, and to what it has started where that does not end with it: the database server's processes."""
        kill_all([self.process.pid, *(descendants(self.process.pid) if self.name == "postgres" else [])])
        self.process.wait()


class Ring:
    """All processes."""

    def __init__(self, folder):
        self.folder, self.environment, self.members = folder, dict(os.environ), {}

    def classes(self):
        return glob.glob(str(ROOT / "bench/target/bench-*-SNAPSHOT.jar"))[0] + ":" + (ROOT / "bench/target/classpath").read_text()

    def add(self, name, command, port, **environment):
        member = self.members[name] = Member(self, name, command, port, **environment)
        member.start()
        return member

    def server(self, name, kafka, postgres):
        return self.add(name, [JAVA, *OPTIONS, "-cp", self.classes(), "dev.hone.bench.Servers", "--folder", self.folder, "--partitions", "4",
                               "--kafka", str(kafka), "--postgres", str(postgres)], max(kafka, postgres))

    def start(self):
        servers = [self.server("kafka", free_port(), -1), self.server("postgres", -1, free_port())]
        for server in servers:
            self.wait(server.up, f"{server.name} is up")
            self.environment.update(server.address())
        ports = {name: free_port() for name in SERVICES}
        for name, prefix in SERVICES.items():
            self.environment[prefix + "_URL"] = f"http://127.0.0.1:{ports[name]}"
        # Connections: five services share one server. Invariants as often as their checks allow.
        self.environment.update(HONE_DB_POOL="5", HONE_ROLLOUT_WORKERS="16", HONE_DATA=f"{self.folder}/data", HONE_RUNS_DIR=f"{self.folder}/runs",
                                HONE_MESSAGING_INVARIANTSINTERVAL="1s", MANAGEMENT_ENDPOINT_HEALTH_SHOWDETAILS="always")
        for name in SERVICES:
            jar = glob.glob(str(ROOT / name / "target" / f"{name}-*-exec.jar"))[0]
            self.add(name, [JAVA, *OPTIONS, "-jar", jar], ports[name], PORT=str(ports[name]))
        self.settle()

    def tend(self):
        """Starts what has ended."""
        for member in self.members.values():
            if not member.alive():
                member.start()

    def wait(self, done, what, patience=300):
        end = time.monotonic() + patience
        while not done():
            if time.monotonic() > end:
                failed(f"after {patience} s it is not so that {what}; logs: {self.folder}")
            self.tend()
            time.sleep(0.3)

    def settle(self):
        self.wait(lambda: all(member.up() for member in self.members.values()), "all processes are up")

    def restart(self, name, **environment):
        member = self.members[name]
        member.environment.update(environment)
        member.kill()
        member.start()
        self.settle()

    def generators(self, urls):
        """Starts all, or rollout-service anew, so that these answer in the policy's place; none: the learner does."""
        if self.members:
            self.restart("rollout-service", GENERATOR_URLS=urls)
        else:
            self.environment["GENERATOR_URLS"] = urls
            self.start()

    def url(self, name, path):
        return f"http://127.0.0.1:{self.members[name].port}{path}"

    def ask(self, name, path, body=None):
        """The answer, or None while nobody answers."""
        try:
            return get(self.url(name, path), body)
        except (OSError, ValueError):
            return None

    def stop(self):
        for member in self.members.values():
            kill_all([member.process.pid, *descendants(member.process.pid)])
            member.process.wait()


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def configuration(name, seed, steps, episode_timeout=300):
    return f"""
hone:
  experiment_name: {name}
  seed: {seed}
  task_reader:
    dataset_file:
      training: {{file_path: {ROOT}/examples/math-agent/data/train.jsonl}}
      validation: {{file_path: {ROOT}/examples/math-agent/data/test.jsonl}}
    max_validation_tasks: 16
  task_judge:
    judge_protocol: math_agent
    weights: {{math_answer: 0.8, format: 0.1, tool_discipline: 0.1}}
  model: {{path: {ROOT}/examples/math-agent/model}}
  rollout:
    user_workflow: math_agent
    num_repeat: {SAMPLES}
    max_iters: 2
    max_response_length_in_one_turn: 160
    max_model_len: 640
    max_env_worker: 16
    max_attempts: 50
    episode_timeout: {episode_timeout}
    tool_timeout: {min(60, episode_timeout // 2)}
  data: {{train_batch_size: {GROUPS}}}
  trainer_common:
    total_training_steps: {steps}
    save_freq: 2
    optim: {{lr: 1.0e-4, weight_decay: 0.0}}
""".encode()


def submit(ring, name, **settings):
    ring.wait(lambda: ring.ask("gateway", "/api/v1/runs", configuration(name, **settings)) is not None, f"run {name} is taken")


def ended(ring, name):
    view = ring.ask("gateway", f"/api/v1/runs/{name}") or {}
    if view.get("state") in ("failed", "cancelled"):
        failed(f"run {name} {view['state']}: {view.get('failure')}; logs: {ring.folder}")
    return view.get("state") == "completed"


def outcome(ring, name):
    """What a run came to, without what differs between two runs: which attempt of a sample counted, and times."""
    ledger = ring.ask("task-service", f"/api/v1/runs/{name}/ledger")
    counts = {purpose: {key: value for key, value in ledger[purpose].items() if key not in ("attempts", "superseded", "reasons")} for purpose in ("train", "eval")}
    versions = ring.ask("learner-service", f"/api/v1/runs/{name}/versions?limit=500")["versions"]
    newest = max(version["version"] for version in versions)
    batches = ring.ask("learner-service", f"/api/v1/runs/{name}/versions/{newest}/batches?limit=500")["batches"]
    for batch in batches:
        del batch["completedAt"]
        for member in batch["episodes"]:
            # The key without run and attempt.
            key = member["episode"]
            member["episode"] = [key["purpose"], key["step"], key["group"], key["sample"]]
    steps = ring.ask("gateway", f"/api/v1/runs/{name}/steps?limit=500")["steps"]
    curve = [[step["purpose"], step["step"], step["trained"], step["evaluated"], step["skipped"],
              {metric: value for metric, value in step["metrics"].items() if not MEASURED.search(metric)}] for step in steps]
    return {"counts": counts, "versions": [[one["version"], one["checksum"]] for one in versions], "batches": batches, "curve": curve}


def difference(clean, other, path=""):
    """Where two outcomes differ first; empty: nowhere."""
    if isinstance(clean, dict) and isinstance(other, dict):
        inner = [(key, clean.get(key), other.get(key)) for key in sorted({*clean, *other})]
    elif isinstance(clean, list) and isinstance(other, list) and len(clean) == len(other):
        inner = [(index, one, another) for index, (one, another) in enumerate(zip(clean, other))]
    else:
        return "" if clean == other else f"{path or 'it'} is {str(clean)[:200]} without trouble, {str(other)[:200]} with it"
    return next(filter(None, (difference(one, another, f"{path}/{key}") for key, one, another in inner)), "")


def sound(ring, name, episodes):
    """The invariants of every service, checked after the end; what each service counts of the run; nothing left over."""
    ring.settle()
    end = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())

    def checked(service):
        health = (ring.ask(service, "/actuator/health") or {}).get("components", {}).get("invariants", {})
        if health.get("status") == "DOWN":
            failed(f"{service}: {health['details']}")
        return health.get("status") == "UP" and health["details"].get("checked_at", "") > end

    for service in STATEFUL:
        ring.wait(lambda: checked(service), f"{service} has checked its invariants", 120)
    violated = [f"{file}: {line}" for file in glob.glob(f"{ring.folder}/*.out") for line in read(file).splitlines() if re.search(r"Invariant \S+ is violated", line)]
    if violated:
        failed("\n".join(violated))
    letters = ring.ask("gateway", "/api/v1/dead-letters")["topics"]
    if letters:
        failed(f"dead letters: {letters}")
    ledger = ring.ask("task-service", f"/api/v1/runs/{name}/ledger")
    both = [ledger["train"], ledger["eval"]]
    samples = sum(one["samples"] for one in both)
    if samples != episodes or any(one["open"] or one["givenUp"] or one["samples"] != one["judged"] or one["judged"] != one["trained"] + one["evaluated"] + one["skipped"] for one in both):
        failed(f"of {episodes} episodes the ledger of {name} has {ledger}")
    found = outcome(ring, name)
    in_updates = [tuple(member["episode"]) for batch in found["batches"] for member in batch["episodes"]]
    trained = sum(step[2] for step in found["curve"])
    if len(in_updates) != len(set(in_updates)) or not len(in_updates) == trained == ledger["train"]["trained"] > 0:
        failed(f"{name}: updates were made of {len(in_updates)} episodes, {len(set(in_updates))} different; the gateway counts {trained}, task-service {ledger['train']['trained']}")
    return found, sum(one["attempts"] for one in both) - samples


def torment(ring, name, chance):
    """Kills until the run has ended, or MOST times. The first are a deck of all members, so that each has its share."""
    deck = list(ring.members) * max(1, EACH)
    chance.shuffle(deck)
    begin, kills = time.monotonic(), []
    while not ended(ring, name):
        pause = time.monotonic() + chance.uniform(2, 5)
        while time.monotonic() < pause or sum(not member.up() for member in ring.members.values()) >= AT_ONCE:
            ring.tend()
            if time.monotonic() - begin > PATIENCE:
                failed(f"run {name} has not ended after {PATIENCE} s and {len(kills)} kills; logs: {ring.folder}")
            time.sleep(0.3)
        if ended(ring, name) or len(kills) == MOST:
            continue
        up = [member for member in ring.members if ring.members[member].up()]
        due = [member for member in deck if member in up]
        victim = due[0] if due else chance.choice(up)
        if due:
            deck.remove(victim)
        ledger = ring.ask("task-service", f"/api/v1/runs/{name}/ledger")
        out = ledger and ledger["train"]["open"] + ledger["eval"]["open"]
        ring.members[victim].kill()
        kills.append(victim)
        print(f"chaos: {time.monotonic() - begin:5.0f} s: killed {victim}, {out if ledger else 'unknown how many'} episodes in flight", file=sys.stderr, flush=True)
    return kills, time.monotonic() - begin


def compare(ring, part, chance):
    """A run without trouble and the same one with it."""
    steps, seed = STEPS, SEED % 100_000
    episodes = GROUPS * SAMPLES * steps + 2 * 16
    begin = time.monotonic()
    submit(ring, f"{part}-clean", seed=seed, steps=steps)
    ring.wait(lambda: ended(ring, f"{part}-clean"), "the run without trouble has ended", PATIENCE)
    quiet = time.monotonic() - begin
    clean, _ = sound(ring, f"{part}-clean", episodes)
    submit(ring, f"{part}-killed", seed=seed, steps=steps)
    kills, took = torment(ring, f"{part}-killed", chance)
    counts = {member: kills.count(member) for member in ring.members}
    if len(kills) < KILLS or min(counts.values()) < EACH:
        failed(f"the run ended after {len(kills)} kills, {counts}; {KILLS} and {EACH} of each were asked for: raise STEPS or GENERATE_MILLIS")
    killed, again = sound(ring, f"{part}-killed", episodes)
    differs = difference(clean, killed)
    if differs:
        failed(f"part {part}: {differs}; logs: {ring.folder}")
    return {"part": part, "episodes": episodes, "trained": sum(len(batch["episodes"]) for batch in killed["batches"]), "kills": counts, "issued_again": again,
            "seconds_without": round(quiet), "seconds_with": round(took), "ledger": "equal", "weights": "bit-equal", "versions": len(killed["versions"])}


def lease(ring):
    """Leases end while their worker is held up; it goes on with what is not its any more."""
    ring.restart("task-service", HONE_TASK_LEASE="5s")
    ring.restart("rollout-service")
    name, episodes = "lease", GROUPS * SAMPLES * 1 + 2 * 16
    # Of 16 at a time: ceil(64 / 16) + 2 rounds of 2 s.
    submit(ring, name, seed=SEED % 100_000, steps=1, episode_timeout=4)
    open_now = lambda: (ring.ask("task-service", f"/api/v1/runs/{name}/ledger") or {}).get("eval", {}).get("open", 0)
    ring.wait(lambda: open_now() > 0, "episodes are out")
    worker = ring.members["rollout-service"].process
    os.kill(worker.pid, signal.SIGSTOP)

    def expired():
        ledger = ring.ask("task-service", f"/api/v1/runs/{name}/ledger")
        return ledger and ledger["eval"]["attempts"] > ledger["eval"]["samples"]

    ring.wait(expired, "a lease has ended while its worker was held up", 120)
    os.kill(worker.pid, signal.SIGCONT)
    ring.wait(lambda: ended(ring, name), "the run has ended", PATIENCE)
    _, again = sound(ring, name, episodes)
    return {"part": "lease", "episodes": episodes, "issued_again": again}


def main():
    folder = tempfile.mkdtemp(prefix="hone-chaos-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    ring, chance = Ring(folder), random.Random(SEED)
    kept = True
    print(f"chaos: seed {SEED}, logs in {folder}", file=sys.stderr, flush=True)
    stand_in = Member(ring, "stand-in", [JAVA, *OPTIONS, "-cp", ring.classes(), "dev.hone.bench.StandIns", "--model", "examples/math-agent/model", "--words", "14", "--vary",
                                         "--generate-millis", str(GENERATE_MILLIS), "--port", str(free_port())], 0)
    try:
        stand_in.start()
        for part in PARTS:
            ring.generators("" if part == "real" else f"http://127.0.0.1:{stand_in.command[-1]}")
            print(json.dumps(lease(ring) if part == "lease" else compare(ring, part, chance)), flush=True)
        kept = False
    finally:
        ring.stop()
        stand_in.kill()
        if not kept and not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


main()
