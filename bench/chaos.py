"""Kills Hone's processes with -9 in the middle of its work, and shows that nothing was lost or done twice.

The six services, the broker and the database server run as processes of their own, each started again when it has ended, as a container
engine would. A run without trouble comes first, then the same run, with the same seed, in which every 2 to 5 seconds a random process that is up is killed with -9.
Both are to end alike: every episode once, the same ledger, the same weights bit by bit, and no invariant (messaging's invariants.sql, which every
service checks all the while) violated at any moment.

    fake    the policy is a stand-in (dev.hone.bench.StandIns), so that all is the services' own work; the learner trains all the same
    echoes  nobody is killed; every event comes again, under another id, moments or half a minute later (dev.hone.bench.Echoes)
    roll    every service in turn is asked to end (SIGTERM) and started again, as in a rolling update; no attempt may be lost
    outage  the database server is away for OUTAGE seconds in the middle of the run, then the broker
    real    as fake, and the math agent's tiny model generates
    lease   rollout-service is held up (SIGSTOP) until the leases of what it runs have ended, then goes on

On few processors a process takes long to start: no more than AT_ONCE are down at one time, and the next kill waits for that.
Called by bench/chaos.sh, which builds and has the settings. Prints one line of JSON for each part; ends with 1, and says why, if anything is not as it should be."""
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time

from ring import EVALUATED, GROUPS, SAMPLES, STATEFUL, SERVICES, Member, Ring, ended, failed, free_port, invariants, submit

PARTS = os.environ.get("PARTS", "fake,echoes,roll,outage,real,lease").split(",")
KILLS = int(os.environ.get("KILLS", "20"))
EACH = int(os.environ.get("EACH", "2"))
MOST = int(os.environ.get("MOST", "0")) or sys.maxsize
STEPS = int(os.environ.get("STEPS", "8"))
GENERATE_MILLIS = int(os.environ.get("GENERATE_MILLIS", "800"))
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))
OUTAGE = int(os.environ.get("OUTAGE", "60"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 1 << 31)
PATIENCE = int(os.environ.get("PATIENCE", "1500"))
# What is measured in time or memory differs between two runs; everything else has to be the same.
MEASURED = re.compile(r"^(throughput|time|memory|staleness|mfu|flops|tokens_per)|seconds|bytes")


def say(begin, what):
    print(f"chaos: {time.monotonic() - begin:5.0f} s: {what}", file=sys.stderr, flush=True)


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
    invariants(ring)
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


def in_flight(ring, name):
    """Attempts of the run that are out now; 0 while task-service does not say."""
    ledger = ring.ask("task-service", f"/api/v1/runs/{name}/ledger")
    return ledger["train"]["open"] + ledger["eval"]["open"] if ledger else 0


def kill(ring, name, chance, begin):
    """Kills until the run has ended, or MOST times, each time while episodes are out. The first are a deck of all members, so that each has
    its share."""
    deck, kills = list(ring.members) * max(1, EACH), []
    chance.shuffle(deck)
    while not ended(ring, name):
        pause = time.monotonic() + chance.uniform(2, 5)
        while time.monotonic() < pause or sum(not member.up() for member in ring.members.values()) >= AT_ONCE:
            ring.tend()
            if time.monotonic() - begin > PATIENCE:
                failed(f"run {name} has not ended after {PATIENCE} s and {len(kills)} kills; logs: {ring.folder}")
            time.sleep(0.3)
        out = in_flight(ring, name)
        if out == 0 or len(kills) == MOST:
            continue
        up = [member for member in ring.members if ring.members[member].up()]
        due = [member for member in deck if member in up]
        victim = due[0] if due else chance.choice(up)
        if due:
            deck.remove(victim)
        ring.members[victim].kill()
        kills.append(victim)
        say(begin, f"killed {victim}, {out} episodes in flight")
    counts = {member: kills.count(member) for member in ring.members}
    if len(kills) < KILLS or min(counts.values()) < EACH:
        failed(f"the run ended after {len(kills)} kills, {counts}; {KILLS} and {EACH} of each were asked for: raise STEPS or GENERATE_MILLIS")
    return {"kills": counts}


def busy(ring, name):
    """Waits until episodes of the run are out. There have to be some."""
    def out():
        if ended(ring, name):
            failed(f"run {name} ended before all of its trouble: raise STEPS or GENERATE_MILLIS")
        return in_flight(ring, name) > 0

    ring.wait(out, f"episodes of {name} are out", PATIENCE)
    return in_flight(ring, name)


def roll(ring, name, chance, begin):
    """Ends each service in turn as an update does, and starts it again, while episodes are out."""
    for service in chance.sample(list(SERVICES), len(SERVICES)):
        out = busy(ring, name)
        ring.members[service].terminate()
        say(begin, f"{service} has ended as it was asked, {out} episodes in flight")
        ring.settle()
    ring.wait(lambda: ended(ring, name), "the run has ended", PATIENCE)
    return {"restarted": len(SERVICES)}


def outage(ring, name, chance, begin):
    """The database server is away for a while, then the broker, while episodes are out."""
    for server in ("postgres", "kafka"):
        member, out = ring.members[server], busy(ring, name)
        member.held = True
        member.kill()
        say(begin, f"{server} is gone, {out} episodes in flight")
        back = time.monotonic() + OUTAGE
        while time.monotonic() < back:
            ring.tend()
            time.sleep(0.3)
        member.held = False
        ring.settle()
        say(begin, f"{server} is back")
    ring.wait(lambda: ended(ring, name), "the run has ended", PATIENCE)
    return {"away_seconds": OUTAGE}


def echoes(ring, name, chance, begin):
    """Every event comes once more, late and in another order, under an id that nobody has seen."""
    member = Member(ring, "echoes", ring.bench("Echoes", "--brokers", ring.environment["KAFKA_BROKERS"], "--seed", str(chance.randrange(1 << 31))), 0)
    member.start()
    try:
        ring.wait(lambda: ended(ring, name), "the run has ended", PATIENCE)
        ring.wait(lambda: member.said().endswith("waiting 0\n"), "every event has come again", PATIENCE)
        ring.wait(ring.caught_up, "every event is read", PATIENCE)
        return {"events_again": int(re.findall(r"sent (\d+)", member.said())[-1])}
    finally:
        member.kill()


TROUBLE = {"fake": kill, "echoes": echoes, "roll": roll, "outage": outage, "real": kill}


class Clean:
    """Runs without trouble, one for each generator: what they came to."""

    def __init__(self, ring):
        self.ring, self.of = ring, {}

    def get(self, kind, episodes):
        if kind not in self.of:
            begin = time.monotonic()
            submit(self.ring, f"{kind}-clean", seed=SEED % 100_000, steps=STEPS)
            self.ring.wait(lambda: ended(self.ring, f"{kind}-clean"), "the run without trouble has ended", PATIENCE)
            seconds = time.monotonic() - begin
            self.of[kind] = sound(self.ring, f"{kind}-clean", episodes)[0], seconds
        return self.of[kind]


def compare(ring, part, chance, cleans):
    """A run without trouble and the same one with it."""
    name, episodes = f"{part}-troubled", GROUPS * SAMPLES * STEPS + 2 * EVALUATED
    clean, quiet = cleans.get("real" if part == "real" else "fake", episodes)
    submit(ring, name, seed=SEED % 100_000, steps=STEPS)
    begin = time.monotonic()
    trouble = TROUBLE[part](ring, name, chance, begin)
    took = time.monotonic() - begin
    troubled, again = sound(ring, name, episodes)
    differs = difference(clean, troubled)
    if differs:
        failed(f"part {part}: {differs}; logs: {ring.folder}")
    if again and part in ("echoes", "roll"):
        failed(f"part {part}: {again} attempts were lost and issued again; logs: {ring.folder}")
    return {"part": part, "episodes": episodes, "trained": sum(len(batch["episodes"]) for batch in troubled["batches"]), **trouble, "issued_again": again,
            "seconds_without": round(quiet), "seconds_with": round(took), "ledger": "equal", "weights": "bit-equal", "versions": len(troubled["versions"])}


def lease(ring):
    """Leases end while their worker is held up; it goes on with what is not its any more."""
    ring.restart("task-service", HONE_TASK_LEASE="5s")
    ring.restart("rollout-service")
    name, episodes = "lease", GROUPS * SAMPLES + 2 * EVALUATED
    # Of 16 at a time: ceil(64 / 16) + 2 rounds of 2 s.
    submit(ring, name, seed=SEED % 100_000, steps=1, episode_timeout=4)
    ring.wait(lambda: in_flight(ring, name) > 0, "episodes are out")
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
    port = free_port()
    stand_in = Member(ring, "stand-in", ring.bench("StandIns", "--model", "examples/math-agent/model", "--words", "14", "--vary", "--generate-millis",
                                                   str(GENERATE_MILLIS), "--port", str(port)), 0)
    cleans, generators = Clean(ring), None
    try:
        stand_in.start()
        for part in PARTS:
            wanted = "" if part == "real" else f"http://127.0.0.1:{port}"
            if wanted != generators:
                ring.generators(wanted)
                generators = wanted
            print(json.dumps(lease(ring) if part == "lease" else compare(ring, part, chance, cleans)), flush=True)
        kept = False
    finally:
        ring.stop()
        stand_in.kill()
        if not kept and not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


main()
