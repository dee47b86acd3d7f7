"""Runs Hone at full rate for MINUTES and shows that nothing grows that should not.

The six services, the broker and the database server run as processes of their own (bench/ring.py); the policy is a stand-in
(dev.hone.bench.StandIns), so that the rate is the services' own. Evaluations of PROBLEMS x 8 episodes and short training runs follow one
another. From time to time it samples of each process the heap after a full collection, what it holds of memory beside the heap, open files
and threads; the database's connections; the size of each table. What has its retention by policy is kept for a tenth of the time here.

The end is compared with the middle of the first half: heap, memory, files, threads and connections are to be level, and so are the tables
of what is let go (LEVEL). All other tables grow by design, with each episode; it tells by how much. Prints one line of JSON; ends with 1,
and says what grew, if anything did. Called by bench/soak.sh."""
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from ring import JAVA, Member, Ring, descendants, ended, failed, free_port, invariants, read, submit

MINUTES = float(os.environ.get("MINUTES", "30"))
EVERY = float(os.environ.get("EVERY", "60"))
GENERATE_MILLIS = int(os.environ.get("GENERATE_MILLIS", "50"))
PROBLEMS = int(os.environ.get("PROBLEMS", "100"))
PATIENCE = int(os.environ.get("PATIENCE", "1500"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 1 << 31)
JUDGE_TABLES = os.environ.get("JUDGE_TABLES", "1") == "1"
# So much more than in the first half is level: a share, and beside it an amount that noise has.
LEVEL = {"heap_mib": (0.25, 24), "native_mib": (0.20, 48), "files": (0.10, 20), "threads": (0.10, 10), "connections": (0.10, 5)}
LET_GO = ["rollout.episode/large", "judge.stored_episode", "learner.ledger_tokens", "learner.episode/large", "gateway.run_event", "task.outbox", "rollout.outbox",
          "judge.outbox", "learner.outbox", "gateway.outbox", "judge.waiting_episode"]
TABLES = (0.35, 4 << 20)
MIB = 1 << 20


def jcmd(pid, *command):
    return subprocess.run([JAVA.replace("/bin/java", "/bin/jcmd"), str(pid), *command], capture_output=True, text=True).stdout


def of_process(member):
    """What a process holds: memory in MiB."""
    pid = member.process.pid
    jcmd(pid, "GC.run")
    info = jcmd(pid, "GC.heap_info")
    generations = re.findall(r"total (\d+)K, used (\d+)K", info)
    if not generations:
        failed(f"{member.name} does not tell its heap: {info[:300]}; logs: {member.ring.folder}")
    status = read(f"/proc/{pid}/status")
    resident = int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))
    return {"heap_mib": sum(int(used) for _, used in generations) / 1024, "native_mib": (resident - sum(int(total) for total, _ in generations)) / 1024,
            "files": len(os.listdir(f"/proc/{pid}/fd")), "threads": int(re.search(r"Threads:\s+(\d+)", status).group(1))}


def sample(ring):
    """Everything at this moment, flat."""
    found = {f"{name}: {what}": value for name, member in ring.members.items() if name != "postgres" for what, value in of_process(member).items()}
    found["postgres: connections"] = len(descendants(ring.members["postgres"].process.pid))
    tables = subprocess.run(ring.bench("Tables"), capture_output=True, text=True, env=ring.environment)
    if tables.returncode:
        failed(f"the tables' sizes cannot be had: {tables.stderr[-1000:]}")
    return found, json.loads(tables.stdout)


def median(samples, key, begin, end):
    """Of the samples between two parts of the time."""
    inner = samples[int(begin * len(samples)):max(int(begin * len(samples)) + 1, round(end * len(samples)))]
    return statistics.median(one.get(key, 0) for one in inner)


def grown(samples, key, allowed):
    share, amount = allowed
    before, after = median(samples, key, 0.25, 0.5), median(samples, key, 0.8, 1)
    return f"{key} was {before:.0f} and is {after:.0f}" if after > before * (1 + share) + amount else ""


def one_run(ring, number):
    """Starts the next run: by turns an evaluation, which is as fast as the services are, and two steps of training."""
    name = f"soak-{number}"
    if number % 4 == 3:
        submit(ring, name, seed=SEED % 100_000 + number, steps=2, workers=64)
    else:
        submit(ring, name, seed=SEED % 100_000 + number, steps=1, workers=64, evaluated=PROBLEMS, repeat=8, only_evaluate=True)
    return name


def main():
    folder = tempfile.mkdtemp(prefix="hone-soak-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    ring = Ring(folder)
    port, kept = free_port(), f"{max(20, round(MINUTES * 6))}s"
    for what in ("ROLLOUT_FINISHEDEPISODES", "JUDGE_STOREDEPISODES", "LEARNER_TRAINEDTOKENS", "GATEWAY_EVENTS"):
        ring.environment.update({f"HONE_{what}_MAXAGE": kept, f"HONE_{what}_TRIMINTERVAL": "10s"})
    ring.environment.update(GENERATOR_URLS=f"http://127.0.0.1:{port}")
    stand_in = Member(ring, "stand-in", ring.bench("StandIns", "--model", "examples/math-agent/model", "--words", "14", "--vary", "--generate-millis",
                                                   str(GENERATE_MILLIS), "--port", str(port)), 0)
    held, tables, good = [], [], False
    print(f"soak: seed {SEED}, logs in {folder}", file=sys.stderr, flush=True)
    try:
        stand_in.start()
        ring.start(workers=64)
        begin, number = time.monotonic(), 0
        name = one_run(ring, number)
        due = begin
        while time.monotonic() - begin < MINUTES * 60:
            if ended(ring, name):
                number += 1
                name = one_run(ring, number)
            if time.monotonic() >= due:
                due = time.monotonic() + EVERY
                now, sizes = sample(ring)
                held.append(now)
                tables.append(sizes)
                print(f"soak: {time.monotonic() - begin:5.0f} s: run {number}; " + ", ".join(f"{key.split(':')[0]} {value:.0f}" for key, value in now.items() if key.endswith("heap_mib")),
                      file=sys.stderr, flush=True)
            ring.tend()
            time.sleep(0.5)
        ring.wait(lambda: ended(ring, name), f"{name} has ended", PATIENCE)
        took = time.monotonic() - begin
        if any(member.starts > 1 for member in ring.members.values()):
            failed(f"processes have ended by themselves: { {name: member.starts for name, member in ring.members.items() if member.starts > 1} }; logs: {folder}")
        invariants(ring)
        ledgers = [ring.ask("task-service", f"/api/v1/runs/soak-{run}/ledger") for run in range(number + 1)]
        episodes = sum(one["judged"] for ledger in ledgers for one in (ledger["train"], ledger["eval"]))
        given_up = sum(one["givenUp"] for ledger in ledgers for one in (ledger["train"], ledger["eval"]))
        problems = [grown(held, key, LEVEL[key.split(": ")[1]]) for key in held[-1]]
        if JUDGE_TABLES:
            problems += [grown(tables, key, TABLES) for key in LET_GO if key in tables[-1]]
        problems = list(filter(None, problems)) + ([f"{given_up} episodes were given up"] if given_up else [])
        growth = {key: round((tables[-1][key] - tables[0].get(key, 0)) / max(1, episodes)) for key in tables[-1] if not key.endswith("/large")}
        print(json.dumps({"bench": "soak", "minutes": round(took / 60, 1), "runs": number + 1, "episodes": episodes, "episodes_per_second": round(episodes / took, 1),
                          "samples": len(held), "first_half_and_end": {key: [round(median(held, key, 0.25, 0.5)), round(median(held, key, 0.8, 1))] for key in held[-1]},
                          "tables_mib": {key: [round(tables[0].get(key, 0) / MIB, 1), round(tables[-1][key] / MIB, 1)] for key in tables[-1] if tables[-1][key] > MIB},
                          "bytes_an_episode": {key: value for key, value in growth.items() if value > 10}, "grew": problems}), flush=True)
        if problems:
            failed("; ".join(problems) + f"; logs: {folder}")
        good = True
    finally:
        ring.stop()
        stand_in.kill()
        if good and not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


main()
