#!/usr/bin/env python3
"""What the runs of bench/gsm8k.sh told.

    bench/gsm8k.py collect URL DIR     asks the gateway at URL for everything of its runs, as lines of JSON in DIR
    bench/gsm8k.py learner PID         the address of the learner in process PID or its child, once it answers
    bench/gsm8k.py report DIR          makes docs/results/gsm8k.md's figures from them: figures.md, curve.svg in DIR

Files in DIR: steps.jsonl (each phase of each run with its metrics), evaluations.jsonl (each problem of each evaluation),
timing.jsonl (when a step's episodes began, ended and ran tools), episodes.jsonl (some whole episodes, their tokens included),
phases.jsonl and base.json, sft.json, eval-sft.json, grpo.json (what bench/gsm8k.sh's commands printed).
"""
import concurrent.futures
import datetime
import json
import math
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

PAGE = 500
EVERY = 10  # of so many training steps one's episodes are looked at for their times
SHOWN = 4  # whole episodes of a step or an evaluation


# --- collect


class Gateway:
    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, **query):
        query = {key: value for key, value in query.items() if value is not None}
        address = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        with urllib.request.urlopen(address, timeout=60) as answer:
            return json.load(answer)

    def wait(self, seconds=180):
        end = time.monotonic() + seconds
        while True:
            try:
                return self.get("/api/v1/runs")
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def runs(self):
        return [run["run"] for run in self.get("/api/v1/runs", limit=PAGE)["runs"]]

    def episodes(self, run, purpose, step):
        after, rows = None, []
        while True:
            page = self.get("/api/v1/runs/%s/episodes" % run, purpose=purpose, step=step, limit=PAGE, after=after)
            rows += page["episodes"]
            after = page["next"]
            if not after:
                return rows

    def episode(self, run, row):
        return self.get("/api/v1/runs/%s/episodes/%s/%d/%d/%d" % (run, row["purpose"], row["step"], row["group"], row["sample"]))

    def trained_tokens(self, run, row):
        try:
            return self.get("/api/v1/runs/%s/episodes/%s/%d/%d/%d/tokens" % (run, row["purpose"], row["step"], row["group"], row["sample"]))
        except urllib.error.HTTPError:
            return None


def collect(url, folder):
    gateway = Gateway(url)
    gateway.wait()
    steps, evaluated, timing, whole = [], {}, [], []
    for run in sorted(gateway.runs()):
        rows = gateway.get("/api/v1/runs/%s/steps" % run)["steps"]
        steps += [{"run": run, **row} for row in rows]
        training = [row["step"] for row in rows if row["purpose"] == "train"]
        for row in rows:
            if row["purpose"] == "eval":
                evaluated[run, row["step"]] = gateway.episodes(run, "eval", row["step"])
        for step in training:
            if step in (training[0], training[-1]) or step % EVERY == 0:
                episodes = gateway.episodes(run, "train", step)
                timing.append(times(gateway, run, step, episodes))
                for row in episodes[:SHOWN] if step in (training[0], training[len(training) // 2], training[-1]) else []:
                    whole.append({"run": run, "episode": gateway.episode(run, row), "trained": gateway.trained_tokens(run, row)})
    whole += cases(gateway, evaluated)
    write(folder / "steps.jsonl", steps)
    write(folder / "timing.jsonl", timing)
    write(folder / "episodes.jsonl", whole)
    write(folder / "evaluations.jsonl", (
        {"run": run, "step": step, **{key: row[key] for key in ("group", "taskId", "reward", "success", "cause", "missingPrint", "earlyAnswer", "toolCalls")}}
        for (run, step), rows in evaluated.items() for row in rows))


def times(gateway, run, step, episodes):
    """Seconds since the epoch at which a step's episodes began and ended, and intervals in which any tool ran."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        details = list(pool.map(lambda row: gateway.episode(run, row), episodes))
    calls = [call for detail in details for call in detail["calls"] or []]
    busy = union((instant(call["startedAt"]), instant(call["startedAt"]) + call["millis"] / 1000) for call in calls)
    began, ended, judged = ([instant(row[key]) for row in episodes if row[key]] for key in ("startedAt", "finishedAt", "judgedAt"))
    return {
        "run": run, "step": step, "episodes": len(episodes), "calls": len(calls),
        "isolation": sorted({call["isolation"] for call in calls if call["isolation"]}),
        "first_began": min(began), "last_began": max(began), "first_ended": min(ended), "last_ended": max(ended), "last_judged": max(judged, default=None),
        "tool_seconds": round(sum(end - start for start, end in busy), 3), "tool_intervals": [[round(a, 3), round(b, 3)] for a, b in busy]}


def cases(gateway, evaluated):
    """Problems that the run before training got wrong and the trained one right, and the other way round: all of their episodes."""
    if len(evaluated) < 2:
        return []
    first, last = (lambda keys: (keys[0], keys[-1]))(sorted(evaluated, key=lambda key: evaluated[key][0]["judgedAt"] or ""))
    wanted = []
    for right in (False, True):
        before = {row["taskId"] for row in evaluated[first] if bool(row["success"]) == right}
        wanted += [row["taskId"] for row in evaluated[last] if bool(row["success"]) != right and row["taskId"] in before][:SHOWN]
    found = []
    for (run, _), rows in evaluated.items():
        found += [{"run": run, "task": row["taskId"], "episode": gateway.episode(run, row), "trained": None} for row in rows if row["taskId"] in wanted]
    return found


def union(intervals):
    out = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1][1] = max(out[-1][1], end)
        else:
            out.append([start, end])
    return out


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def write(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


# --- learner


def learner(pid, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for port in listening(descendants(pid)):
            try:
                with urllib.request.urlopen("http://127.0.0.1:%d/api/v1/policies" % port, timeout=5) as answer:
                    if answer.status == 200:
                        return "http://127.0.0.1:%d" % port
            except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError, OSError):
                pass
        if not pathlib.Path("/proc/%d" % pid).exists():
            break
        time.sleep(0.5)
    sys.exit("No learner answers in process %d." % pid)


def descendants(pid):
    found = [pid]
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, parent = int(path.parent.name), int(path.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent in found and name not in found:
            found.append(name)
    return found


def listening(pids):
    """Ports on which one of the processes listens."""
    sockets = set()
    for pid in pids:
        for link in pathlib.Path("/proc/%d/fd" % pid).glob("*"):
            try:
                sockets.add(str(link.readlink()))
            except OSError:
                continue
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and "socket:[%s]" % words[9] in sockets:
                ports.add(int(words[1].rsplit(":", 1)[1], 16))
    return sorted(ports)


# --- report


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def wilson(right, of):
    z = 1.959964
    share, spread = right / of, z * z / of
    middle, half = share + spread / 2, z * math.sqrt(share * (1 - share) / of + spread / of / 4)
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


def mean(values):
    values = [value for value in values if value is not None]
    return sum(values) / len(values) if values else float("nan")


def report(folder):
    steps = lines(folder / "steps.jsonl")
    text = [evaluations(steps, lines(folder / "evaluations.jsonl"))]
    for run in sorted({row["run"] for row in steps if row["purpose"] == "train"}):
        mine = [row for row in steps if row["run"] == run]
        text += [training(run, mine), shares(mine, [row for row in lines(folder / "timing.jsonl") if row["run"] == run])]
        (folder / ("curve-%s.svg" % run)).write_text(picture(run, mine), encoding="utf-8")
    for name in ("sft", "phases"):
        for path in (folder / (name + ".json"), folder / (name + ".jsonl")):
            if path.exists():
                text.append("`%s`:\n\n```json\n%s\n```" % (path.name, path.read_text(encoding="utf-8").strip()))
    text.append(case_study(lines(folder / "episodes.jsonl")))
    (folder / "figures.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
    print("\n\n".join(text))


def evaluations(steps, problems):
    out = ["| run | training steps | problems | right | accuracy | 95 % (Wilson) | reward | missing print | early answer | malformed calls | seconds |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    for row in steps:
        if row["purpose"] != "eval":
            continue
        m = row["metrics"]
        of = round(m["episodes/issued"])
        right = round(m["accuracy"] * of)
        low, high = wilson(right, of)
        counted = sum(1 for one in problems if one["run"] == row["run"] and one["step"] == row["step"] and one["success"])
        if problems and counted != right:
            sys.exit("Run %s, step %d: %d right by the metrics, %d by the episodes." % (row["run"], row["step"], right, counted))
        out.append("| %s | %d | %d | %d | %.2f %% | %.2f-%.2f %% | %.4f | %.4f | %.4f | %.4f | %.1f |" % (
            row["run"], row["step"], of, right, 100 * right / of, 100 * low, 100 * high, m["reward/mean"], m["habits/missing_print"], m["habits/early_answer"], m.get("tool_calls/malformed", float("nan")), m["time/step"]))
    return "\n".join(out)


COLUMNS = (("accuracy", "accuracy"), ("reward", "reward/mean"), ("missing print", "habits/missing_print"), ("early answer", "habits/early_answer"),
           ("malformed calls", "tool_calls/malformed"), ("gap", "logprob_gap/mean"), ("entropy", "entropy"), ("tokens an answer", "response_length/mean"),
           ("groups trained", "groups/trained"), ("grad norm", "grad_norm"), ("s a step", "time/step"))


def training(run, rows):
    rows = [row for row in rows if row["purpose"] == "train"]
    out = ["Run %s, means of ten steps each (samples at temperature 1):" % run, "", "| steps | " + " | ".join(name for name, _ in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for at in range(0, len(rows), 10):
        ten = rows[at:at + 10]
        out.append("| %d-%d | " % (ten[0]["step"], ten[-1]["step"]) + " | ".join("%.4g" % mean(row["metrics"].get(key) for row in ten) for _, key in COLUMNS) + " |")
    gaps = [row["metrics"]["logprob_gap/mean"] for row in rows if "logprob_gap/mean" in row["metrics"]]
    seconds = sorted(row["metrics"]["time/step"] for row in rows)
    out += ["", "%d steps; seconds a step: median %.2f, mean %.2f, longest %.2f; gap of log-probabilities: mean %.4f, largest step's mean %.4f" % (
        len(rows), seconds[len(seconds) // 2], mean(seconds), seconds[-1], mean(gaps), max(gaps, default=float("nan")))]
    return "\n".join(out)


def shares(rows, timing):
    training = [row for row in rows if row["purpose"] == "train"]
    total, generating, train, publish = (sum(row["metrics"].get(key, 0) for row in training) for key in ("time/step", "time/generating", "time/train", "time/publish"))
    rest = total - generating - train
    out = ["All %d steps, %.1f s: generating %.1f %%, training %.1f %% (publishing %.1f %% beside), neither %.1f %%." % (
        len(training), total, 100 * generating / total, 100 * train / total, 100 * publish / total, 100 * rest / total)]
    done = {row["step"]: (instant(row["completedAt"]), row["metrics"]) for row in training}
    out += ["", "| step | seconds | until the first episode | episodes | of it a tool ran | judging after the last | training | until told | generating |", "|---" * 9 + "|"]
    for one in timing:
        end, m = done[one["step"]]
        begin = end - m["time/step"]
        out.append("| %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |" % (
            one["step"], m["time/step"], one["first_began"] - begin, one["last_ended"] - one["first_began"], one["tool_seconds"],
            (one["last_judged"] or one["last_ended"]) - one["last_ended"], m.get("time/train", 0),
            end - (one["last_judged"] or one["last_ended"]) - m.get("time/train", 0) - m.get("time/publish", 0), m.get("time/generating", float("nan"))))
    isolation = sorted({name for one in timing for name in one["isolation"]})
    return "\n".join(out + ["", "Tools ran %d calls in these steps; isolation: %s." % (sum(one["calls"] for one in timing), ", ".join(isolation) or "-")])


def case_study(whole):
    """Each problem that was chosen, as the first two models (base and fine-tuned) and the last one answered it."""
    out = []
    for task in dict.fromkeys(one["task"] for one in whole if one.get("task")):
        mine = sorted((one for one in whole if one.get("task") == task), key=lambda one: one["episode"]["attempts"][0]["judgedAt"])
        for one in mine[:2] + mine[-1:]:
            rollout, verdict = one["episode"]["rollout"], one["episode"]["verdict"]
            head = one["episode"]["attempts"][0]
            out.append("#### Task %s, %s after %d steps: %s, reward %s" % (task, one["run"], head["step"], "right" if head["success"] else "wrong (%s)" % head["cause"], head["reward"]))
            for message in rollout["messages"]:
                if message["role"] != "system":
                    out.append("%s:\n\n```\n%s\n```" % (message["role"], message["content"]))
            tokens = [token for timeline in rollout["timelines"] for token in timeline["tokens"] if token["inLoss"]]
            unsure = sorted(tokens, key=lambda token: token["logProb"])[:8]
            out.append("%d sampled tokens; the least likely: %s. Verdict: %s" % (
                len(tokens), ", ".join("`%s` %.2f" % (token["text"].replace("\n", "\\n").replace("`", "'"), math.exp(token["logProb"])) for token in unsure),
                " ".join(part["reason"] for part in verdict["verdict"]["parts"]) if verdict else "none"))
    return "\n\n".join(out)


LEFT, RIGHT, TOP, BOTTOM = 48, 570, 20, 264


def picture(run, rows):
    training = [row for row in rows if row["purpose"] == "train"]
    tests = [row for row in rows if row["purpose"] == "eval"]
    last = max(row["step"] for row in training)
    curves = [("accuracy", "train accuracy", "#1668b8", 1), ("habits/missing_print", "missing print", "#c2571a", 1), ("habits/early_answer", "early answer", "#7a3b9a", 1)]
    top = max([row["metrics"][key] for row in training for key, *_ in curves] + [row["metrics"]["accuracy"] for row in tests] + [0.05])
    x = lambda step: LEFT + (RIGHT - LEFT) * step / last
    y = lambda value: BOTTOM - (BOTTOM - TOP) * value / top
    svg = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" font-family="sans-serif" font-size="12" role="img" aria-label="Test accuracy of %s over %d steps">' % (run, last), '<rect width="100%" height="100%" fill="#fff"/>']
    for part in range(5):
        value = top * part / 4
        svg.append('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="42" y="%.1f" text-anchor="end" fill="#555">%.0f %%</text>' % (LEFT, RIGHT, y(value), y(value), y(value) + 4, 100 * value))
    for step in range(0, last + 1, max(1, last // 8)):
        svg.append('<text x="%.1f" y="282" text-anchor="middle" fill="#555">%d</text>' % (x(step), step))
    for place, (key, title, color, width) in enumerate(curves):
        svg.append('<polyline fill="none" stroke="%s" stroke-width="%g" points="%s"/>' % (color, width, " ".join("%.1f,%.1f" % (x(row["step"]), y(row["metrics"][key])) for row in training)))
        svg.append('<text x="578" y="%d" fill="%s">%s</text>' % (60 + 18 * place, color, title))
    for row in tests:
        m = row["metrics"]
        svg.append('<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="#111"/><circle cx="%.1f" cy="%.1f" r="3.5" fill="#111"/>' % (
            x(row["step"]), x(row["step"]), y(m.get("accuracy/low", m["accuracy"])), y(min(top, m.get("accuracy/high", m["accuracy"]))), x(row["step"]), y(m["accuracy"])))
    svg.append('<text x="578" y="42" fill="#111">test accuracy, 95 %</text></svg>')
    return "\n".join(svg) + "\n"


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "collect":
        collect(sys.argv[2], pathlib.Path(sys.argv[3]))
    elif len(sys.argv) == 3 and sys.argv[1] == "learner":
        print(learner(int(sys.argv[2])))
    elif len(sys.argv) == 3 and sys.argv[1] == "report":
        report(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
