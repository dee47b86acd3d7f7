"""The math agent once more, as a file: `run(task, tuner)` solves one task and returns the final answer."""
import json

SYSTEM = ("You solve math problems with a Python tool. Write code that prints the result, read the result, then give the final "
          "answer in \\boxed{}.")
PYTHON = {"type": "function", "function": {
    "name": "execute_python_code", "description": "Runs Python code and returns what it prints.",
    "parameters": {"type": "object", "properties": {"code": {"type": "string", "description": "Python code"}},
                   "required": ["code"]}}}


def run(task, tuner):
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": task.query}]
    for turn in range(tuner.settings["maxIters"] + 1):
        answer = tuner.chat(messages, tools=[PYTHON])
        calls = answer.get("tool_calls") or []
        if not calls or turn == tuner.settings["maxIters"]:
            return answer.get("content") or ""
        messages.append(answer)
        for call in calls:
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": result(call["function"], tuner)})


def result(function, tuner):
    try:
        return tuner.run_python(json.loads(function["arguments"])["code"])
    except (ValueError, KeyError, TypeError):
        return "error: give the code as {\"code\": …}"
