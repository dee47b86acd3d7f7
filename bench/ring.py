"""Hone's six services, the broker and the database server as processes of their own, each started again when it has ended, as a container
engine would. What bench/chaos.py and bench/soak.py share.

The services start from the class path that ./hone uses, with the classes that it has noted ahead of time (build/hone.aot): on few
processors that halves the time of a start. `./hone serve --help` makes all of it."""
import glob
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from scaling import descendants, get, read

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAVA = os.environ["JAVA_HOME"] + "/bin/java"
OPTIONS = ["-Xmx448m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]
GROUPS, SAMPLES, EVALUATED = int(os.environ.get("BATCH", "8")), 8, 16
# By name: the prefix of its settings, its class.
SERVICES = {"task-service": ("TASK", "dev.hone.task.TaskApplication"), "rollout-service": ("ROLLOUT", "dev.hone.rollout.RolloutApplication"),
            "sandbox-service": ("SANDBOX", "dev.hone.sandbox.SandboxApplication"), "judge-service": ("JUDGE", "dev.hone.judge.JudgeApplication"),
            "learner-service": ("LEARNER", "dev.hone.learner.LearnerApplication"), "gateway": ("GATEWAY", "dev.hone.gateway.GatewayApplication")}
STATEFUL = [name for name in SERVICES if name != "sandbox-service"]


def failed(why):
    raise SystemExit(f"{pathlib.Path(sys.argv[0]).stem}: {why}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Member:
    """A process that is started again whenever it has ended, unless it is held."""

    def __init__(self, ring, name, command, port, **environment):
        self.ring, self.name, self.command, self.port, self.environment = ring, name, command, port, environment
        self.starts, self.held, self.process = 0, False, None

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

    def terminate(self, patience=60):
        """Asks it to end, as a container engine does before an update, and waits until it has."""
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            failed(f"{self.name} has not ended {patience} s after SIGTERM; logs: {self.ring.folder}")

    def said(self):
        """What it has written since it was started for the first time."""
        return "".join(read(file) for file in sorted(glob.glob(f"{self.ring.folder}/{self.name}-*.out"), key=os.path.getmtime))


class Ring:
    """All processes."""

    def __init__(self, folder):
        self.folder, self.environment, self.members, self.complete = folder, dict(os.environ), {}, False

    def bench(self, main, *arguments):
        classes = glob.glob(str(ROOT / "bench/target/bench-*-SNAPSHOT.jar"))[0] + ":" + (ROOT / "bench/target/classpath").read_text()
        return [JAVA, *OPTIONS, "-cp", classes, "dev.hone.bench." + main, *arguments]

    def service(self, main):
        build = ROOT / "build"
        contexts, noted = build / "contexts.jar", build / "hone.aot"
        classes = (build / "classpath").read_text() + (f":{contexts}" if contexts.exists() else "")
        ahead = [f"-XX:AOTCache={noted}", "-Xlog:aot*=off", "-Xlog:cds*=off"] if noted.exists() else []
        return [JAVA, *ahead, *OPTIONS, "-cp", classes, main]

    def add(self, name, command, port, **environment):
        member = self.members[name] = Member(self, name, command, port, **environment)
        member.start()
        return member

    def server(self, name, kafka, postgres):
        return self.add(name, self.bench("Servers", "--folder", self.folder, "--partitions", "4", "--kafka", str(kafka), "--postgres", str(postgres)), max(kafka, postgres))

    def start(self, workers=16):
        servers = [self.server("kafka", free_port(), -1), self.server("postgres", -1, free_port())]
        for server in servers:
            self.wait(server.up, f"{server.name} is up")
            self.environment.update(server.address())
        ports = {name: free_port() for name in SERVICES}
        for name, (prefix, _) in SERVICES.items():
            self.environment[prefix + "_URL"] = f"http://127.0.0.1:{ports[name]}"
        # Connections: five services share one server. Invariants as often as their checks allow.
        self.environment.update(HONE_DB_POOL="5", HONE_ROLLOUT_WORKERS=str(workers), HONE_DATA=f"{self.folder}/data", HONE_RUNS_DIR=f"{self.folder}/runs",
                                HONE_MESSAGING_INVARIANTSINTERVAL="1s", MANAGEMENT_ENDPOINT_HEALTH_SHOWDETAILS="always")
        for name, (_, main) in SERVICES.items():
            self.add(name, self.service(main), ports[name], PORT=str(ports[name]))
        self.settle()
        self.complete = True

    def tend(self):
        """Starts what has ended; what cannot be started at all is the end."""
        for member in self.members.values():
            if not member.alive() and not member.held:
                if not self.complete:
                    failed(f"{member.name} does not start: {(member.said() + read(f'{self.folder}/{member.name}-1.log'))[-2000:]}")
                member.start()

    def wait(self, done, what, patience=900):
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

    def metric(self, name, metric):
        """The sum of a metric's series that a service shows; None while it does not answer."""
        try:
            with urllib.request.urlopen(self.url(name, "/actuator/prometheus"), timeout=30) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return None
        values = [float(line.rsplit(" ", 1)[1]) for line in lines if re.match(re.escape(metric) + r"[ {]", line)]
        return sum(value for value in values if value == value)

    def caught_up(self):
        """Whether every service has read all that was written to its topics."""
        return all(self.metric(name, "kafka_consumer_fetch_manager_records_lag") == 0 for name in STATEFUL)

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


def configuration(name, seed, steps, episode_timeout=300, workers=16, evaluated=EVALUATED, repeat=1, only_evaluate=False):
    return f"""
hone:
  experiment_name: {name}
  seed: {seed}
  task_reader:
    dataset_file:
      training: {{file_path: {ROOT}/examples/math-agent/data/train.jsonl}}
      validation: {{file_path: {ROOT}/examples/math-agent/data/test.jsonl}}
    max_validation_tasks: {evaluated}
  task_judge:
    judge_protocol: math_agent
    weights: {{math_answer: 0.8, format: 0.1, tool_discipline: 0.1}}
  model: {{path: {ROOT}/examples/math-agent/model}}
  rollout:
    user_workflow: math_agent
    num_repeat: {SAMPLES}
    val_num_repeat: {repeat}
    max_iters: 2
    max_response_length_in_one_turn: 160
    max_model_len: 640
    max_env_worker: {workers}
    max_attempts: 50
    episode_timeout: {episode_timeout}
    tool_timeout: {min(60, episode_timeout // 2)}
  data: {{train_batch_size: {GROUPS}}}
  trainer_common:
    total_training_steps: {steps}
    val_only: {str(only_evaluate).lower()}
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


def invariants(ring):
    """Waits until every service has checked its invariants once more; none may have been violated at any moment, and nothing be dead."""
    end = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())

    def checked(service):
        health = (ring.ask(service, "/actuator/health") or {}).get("components", {}).get("invariants", {})
        if health.get("status") == "DOWN":
            failed(f"{service}: {health['details']}")
        return health.get("status") == "UP" and health["details"].get("checked_at", "") > end

    for service in STATEFUL:
        ring.wait(lambda: checked(service), f"{service} has checked its invariants", 300)
    violated = [f"{file}: {line}" for file in glob.glob(f"{ring.folder}/*.out") for line in read(file).splitlines() if re.search(r"Invariant \S+ is violated", line)]
    if violated:
        failed("\n".join(violated))
    letters = ring.ask("gateway", "/api/v1/dead-letters")["topics"]
    if letters:
        failed(f"dead letters: {letters}")
