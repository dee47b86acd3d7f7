"""Renders the templates beside it as Transformers does, and tokenizes as tokenizers does. Needs: pip install transformers jinja2"""

import json
import os

from tokenizers import Tokenizer
from transformers.utils.chat_template_utils import render_jinja_template

HERE = os.path.dirname(os.path.abspath(__file__))
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
HOSTILE = {"role": "user", "content": "  {{ 7 * 7 }} {% if x %}'\"\\n é 😀 \u4e2d {# gone? #} \\boxed{}  "}
CALL = {"role": "assistant", "content": "x1: 3 + 4\n<tool_call>\n{\"name\": \"execute_python_code\", \"arguments\": {\"code\": \"print(3 + 4)\"}}\n</tool_call>"}
RESULT = {"role": "tool", "content": "7"}
ANSWER = {"role": "assistant", "content": "The answer is \\boxed{7}."}
THOUGHT = {"role": "assistant", "content": "<think>\nhm, 3 + 4\n</think>\n\nSeven."}
STRUCTURED = {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": {"name": "odd", "arguments": {"b": 1, "a": "é<"}}}]}
CONVERSATIONS = [
    ([SYSTEM, USER], [TOOL], True),
    ([SYSTEM, USER, CALL, RESULT], [TOOL], True),
    ([SYSTEM, USER, CALL, RESULT, RESULT, ANSWER], [TOOL, ODD], False),
    ([USER], [], True),
    ([HOSTILE], [], True),
    ([SYSTEM, HOSTILE, THOUGHT, USER, THOUGHT], [], False),
    ([USER, STRUCTURED, RESULT], [ODD], True),
]


def main():
    tokenizer = Tokenizer.from_file(os.path.join(HERE, "tiny", "tokenizer.json"))
    goldens = []
    for name in ["tiny/chat_template.jinja", "hermes.jinja", "thinking.jinja", "headers.jinja"]:
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            template = file.read()
        for messages, tools, prompt in CONVERSATIONS:
            case = {"template": name, "messages": messages, "tools": tools, "add_generation_prompt": prompt}
            try:
                case["text"] = render_jinja_template(
                    conversations=[messages], tools=tools or None, chat_template=template,
                    add_generation_prompt=prompt, bos_token="<|begin_of_text|>")[0][0]
                case["ids"] = tokenizer.encode(case["text"], add_special_tokens=False).ids
            except Exception as e:
                case["refusal"] = str(e)
            goldens.append(case)
    with open(os.path.join(HERE, "goldens.json"), "w", encoding="utf-8") as file:
        json.dump(goldens, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
