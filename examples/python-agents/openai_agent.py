"""The math agent with the plain openai package. Usage: openai_agent.py GATEWAY RUN [WORKERS]"""

import json
import sys

import openai

import hone_client

SYSTEM = ("You solve math problems with a Python tool. Write code that prints the result, read the result, then give "
          "the final answer in \\boxed{}.")
TOOL = {"type": "function", "function": {
    "name": "execute_python_code", "description": "Runs Python code and returns what it prints.",
    "parameters": {"type": "object", "properties": {"code": {"type": "string", "description": "Python code"}},
                   "required": ["code"]}}}
MAX_ITERS = 2


def solve(episode):
    client = openai.OpenAI(base_url=episode.base_url, api_key=episode.api_key)
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": episode.query}]
    for iteration in range(MAX_ITERS + 1):
        completion = client.chat.completions.create(model=episode.model, messages=messages, tools=[TOOL])
        answer = completion.choices[0].message
        if not answer.tool_calls or iteration == MAX_ITERS:
            return answer.content or ""
        messages.append(answer)
        for call in answer.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": execute(episode, call.function)})


def execute(episode, function):
    if function.name != "execute_python_code":
        return f"error: there is no tool {function.name}"
    return episode.run_python(str(json.loads(function.arguments).get("code", "")))


if __name__ == "__main__":
    hone_client.work(sys.argv[1], sys.argv[2], solve, int(sys.argv[3]) if len(sys.argv) > 3 else 8)
