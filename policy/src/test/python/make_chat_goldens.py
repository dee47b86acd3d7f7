"""Writes src/test/resources/dev/hone/policy/chat/goldens.json: the chat templates there as Transformers renders them, and the
ids of the tiny tokenizer. Conversations at which a template breaks, rather than refuses them, are left out.

  pip install -r requirements.txt && python make_chat_goldens.py ../resources/dev/hone/policy/chat
"""

import datetime
import json
import os
import sys

import jinja2
import transformers.utils.chat_template_utils as transformers_templates
from tokenizers import Tokenizer


class FixedDate(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2001, 2, 3, 4, 5, 6)


TOOL = {
    "type": "function",
    "function": {
        "name": "execute_python_code",
        "description": "Runs Python code and returns what it prints.",
        "parameters": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "Python code"}},
            "required": ["code"],
        },
    },
}
ODD = {"type": "function", "function": {"name": "odd", "zeta": 1, "alpha": [1.0, 2.5e-7, 1e20, True, None, [], {}], "text": "<b>\"é\" & 'x'\\\n\u0001"}}
SYSTEM = {"role": "system", "content": "You solve math problems with a Python tool. Write code that prints the result, read the result, then give the final answer in \\boxed{}."}
USER = {"role": "user", "content": "Amy has 3 apples & 4 <pears>. How many?"}
HOSTILE = {"role": "user", "content": "  {{ 7 * 7 }} {% if x %}'\"\\n é 😀 \u4e2d {# gone? #} \\boxed{} \u001b[0m\u0001\t\r\u2028 \\u0041 \\n  "}
CALL = {"role": "assistant", "content": "x1: 3 + 4\n<tool_call>\n{\"name\": \"execute_python_code\", \"arguments\": {\"code\": \"print(3 + 4)\"}}\n</tool_call>"}
RESULT = {"role": "tool", "content": "7"}
ANSWER = {"role": "assistant", "content": "The answer is \\boxed{7}."}
THOUGHT = {"role": "assistant", "content": "<think>\nhm, 3 + 4\n</think>\n\nSeven."}
STRUCTURED = {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": {"name": "odd", "arguments": {"b": 1, "a": "é<"}}}]}
CALLS = [
    {"type": "function", "id": "abc123XYZ", "function": {"name": "execute_python_code", "arguments": {"code": "print(3 + 4)", "n": [1, 2.5, None, True]}}},
    {"type": "function", "id": "qwertyuio", "function": {"name": "odd", "arguments": {}}},
]
NAMED_RESULT = {"role": "tool", "content": "7\n", "name": "execute_python_code", "tool_call_id": "abc123XYZ"}
CONVERSATIONS = [
    ([SYSTEM, USER], [TOOL], True),
    ([SYSTEM, USER, CALL, RESULT], [TOOL], True),
    ([SYSTEM, USER, CALL, RESULT, RESULT, ANSWER], [TOOL, ODD], False),
    ([USER], [], True),
    ([HOSTILE], [], True),
    ([SYSTEM, HOSTILE, THOUGHT, USER, THOUGHT], [], False),
    ([USER, STRUCTURED, RESULT], [ODD], True),
    ([SYSTEM, USER, {"role": "assistant", "content": "I compute.", "tool_calls": CALLS[:1]}, NAMED_RESULT], [TOOL], True),
    ([SYSTEM, USER, {"role": "assistant", "content": None, "tool_calls": CALLS[:1]}, NAMED_RESULT, ANSWER, USER], [TOOL], True),
    ([USER, {"role": "assistant", "content": "", "tool_calls": CALLS[:1]}, NAMED_RESULT, ANSWER], [TOOL], False),
    ([USER, {"role": "assistant", "content": "", "tool_calls": CALLS}, NAMED_RESULT,
      {"role": "tool", "content": "<b>é</b>", "name": "odd", "tool_call_id": "qwertyuio"}, ANSWER], [TOOL, ODD], False),
    ([SYSTEM, USER, ANSWER, USER, ANSWER, USER], [], True),
    ([USER, {"role": "assistant", "content": "hm", "reasoning_content": "think é"}, USER], [], True),
    ([USER, {"role": "assistant", "content": "hm", "thinking": "as others call it"}], [], False),
    ([{"role": "user", "content": [{"type": "text", "text": "part <1> "}, {"type": "text", "text": " part 2"}]}], [], True),
    ([USER, {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "id": "abc123XYZ", "function": {
        "name": "odd", "arguments": {"yes": True, "no": False, "none": None, "half": 0.5, "large": 1e22}}}]},
      {"role": "tool", "content": "7", "name": "odd", "tool_call_id": "abc123XYZ"}], [TOOL], True),
]

def render(template, **values):
    try:
        return {"text": transformers_templates.render_jinja_template(chat_template=template, **values)[0][0]}
    except jinja2.exceptions.TemplateError as e:
        return {"refusal": str(e)} if type(e) is jinja2.exceptions.TemplateError else {"error": type(e).__name__}
    except Exception as e:
        return {"error": type(e).__name__}


def write(directory, name, content):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")


def main(directory):
    transformers_templates.datetime = FixedDate
    tokenizer = Tokenizer.from_file(os.path.join(directory, "tiny", "tokenizer.json"))
    families = sorted(name for name in os.listdir(os.path.join(directory, "families")) if name.endswith(".jinja"))
    cases = []
    for name in ["tiny/chat_template.jinja"] + ["families/" + family for family in families]:
        with open(os.path.join(directory, name), encoding="utf-8", newline="") as file:
            template = file.read()
        for index, (messages, tools, prompt) in enumerate(CONVERSATIONS):
            case = render(template, conversations=[messages], tools=tools or None, add_generation_prompt=prompt,
                          bos_token="<|begin_of_text|>", eos_token="<|end|>")
            if name.startswith("tiny") and "text" in case:
                case["ids"] = tokenizer.encode(case["text"], add_special_tokens=False).ids
            if "error" not in case:
                cases.append({"template": name, "conversation": index} | case)
    conversations = [{"messages": m, "tools": t, "add_generation_prompt": p} for m, t, p in CONVERSATIONS]
    write(directory, "goldens.json", {"conversations": conversations, "cases": cases})


if __name__ == "__main__":
    main(sys.argv[1])
