"""A judge as a file: `judge(task, episode)` returns a score between 0 and 1, here with why it is below 1."""
import re

import hone


def judge(task, episode):
    reference = number(task.metadata.get("answer", "").split("####")[-1])
    if reference is None:
        raise hone.Unjudgeable("Task %s has no reference answer." % task.task_id)
    boxed = re.findall(r"\\boxed\{([^{}]*)\}", episode["output"].get("final_answer", ""))
    if not boxed:
        return {"value": 0, "cause": "no-answer", "reason": "There is no box."}
    right = number(boxed[-1]) == reference
    return {"value": 1 if right else 0, "cause": "wrong", "reason": "%s for %s" % (boxed[-1], reference)}


def number(text):
    found = re.fullmatch(r"-?\d+(\.\d+)?", text.replace(",", "").strip())
    return float(found[0]) if found else None
