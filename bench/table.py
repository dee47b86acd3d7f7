"""Prints measurements (JSON lines of one call) as a table, with the ratio to the peer. Usage: table.py FILE"""

import json
import sys

lines = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
# Recorded on an H200, Qwen2.5-0.5B's shape, 64 x 8 samples, 128 + 256 tokens: vLLM 0.25 and TRL 1.16 with vLLM.
RECORDED = {("generate", 64): 17700, ("generate", 256): 34000, ("generate", 1024): 27000}


def find(side, measure, concurrent=None):
    found = [x for x in lines if x["side"] == side and x["measure"] == measure and concurrent in (None, x.get("concurrent"))]
    return found[-1] if found else None


def row(what, ours, theirs, unit, ratio, recorded=""):
    print(f"{what:24} {ours:>12} {theirs:>14} {unit:8} {ratio:>8} {recorded:>18}")


def rate(line):
    return f"{line['tok_s']:,}" if line else "-"


def ratio(a, b):
    return f"{a / b:.2f} x" if a and b else "-"


big = max((x["tokens"] for x in lines), default=0) > 100_000
row("", "Hone", "Transformers", "", "ratio", "recorded vLLM" if big else "")
for concurrent in sorted({x["concurrent"] for x in lines if x["measure"] == "generate"}):
    ours, theirs = find("hone", "generate", concurrent), find("transformers", "generate", concurrent)
    recorded = RECORDED.get(("generate", concurrent)) if big else None
    row(f"generate, {concurrent} rows", rate(ours), rate(theirs), "tok/s", ratio(ours and ours["tok_s"], theirs and theirs["tok_s"]),
        f"{recorded:,} ({ratio(ours and ours['tok_s'], recorded)})" if recorded else "")
ours, theirs = find("hone", "train"), find("transformers", "train")
row("train", rate(ours), rate(theirs), "tok/s", ratio(ours and ours["tok_s"], theirs and theirs["tok_s"]))
step = find("hone", "step")
if step:
    generated = find("transformers", "generate", step["concurrent"])
    peer = generated and theirs and generated["seconds"]["generate"] + theirs["seconds"]["train"]
    row("GRPO step", f"{step['seconds']['step']:.2f}", f"{peer:.2f}" if peer else "-", "s", ratio(peer, step["seconds"]["step"]),
        "TRL+vLLM 10.9 s" if big else "")
    print("of which:", ", ".join(f"{name} {value:.2f} s" for name, value in step["seconds"].items()),
          f"; mean gap of log-probabilities {step['logprob_gap']:.4f}")
