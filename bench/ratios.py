"""Prints GRPO steps (JSON lines) side by side, medians over the rounds, and the ratios. Usage: ratios.py FILE"""

import json
import statistics
import sys

lines = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
sides = {side: [x for x in lines if x["side"] == side and x["measure"] == "step"] for side in ("hone", "trl")}
assert all(sides.values()), "one side has no measurement"
assert len({x["tokens"] for x in lines}) == 1, "the sides did not do the same work"
print(f"{lines[0]['tokens']:,} tokens a step, {len(sides['hone'])} round(s)")
print(f"{'':12}{'Hone':>10}{'TRL':>10}{'ratio':>9}")
for phase in ("generate", "train", "publish", "step"):
    ours, theirs = (
        statistics.median(found) if found else None
        for found in ([x["seconds"][phase] for x in sides[side] if phase in x["seconds"]] for side in ("hone", "trl")))
    print(f"{phase:12}{ours:>8.2f} s" + (f"{theirs:>8.2f} s{theirs / ours:>7.1f} x" if theirs else ""))
