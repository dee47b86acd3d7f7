"""The openai package, unmodified, against an episode's endpoint. Usage: openai_client.py SERVICE_URL RUN"""

import json
import sys
import urllib.request

import openai

service, run = sys.argv[1:]
TOOL = {"type": "function", "function": {"name": "execute_python_code", "description": "Runs Python.",
        "parameters": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}}}


def post(url, body, key=""):
    request = urllib.request.Request(url, json.dumps(body).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer " + key}, method="POST")
    with urllib.request.urlopen(request) as response:
        text = response.read()
        return json.loads(text) if text else None


def user(text):
    return {"role": "user", "content": text}


def refused(error, **changes):
    arguments = {"model": "policy", "messages": [user("say words")]} | changes
    try:
        client.chat.completions.create(**arguments)
    except error as e:
        return e
    raise AssertionError(f"{changes} was not refused with {error.__name__}")


episode = post(f"{service}/api/v1/runs/{run}/episodes/begin?wait_seconds=30", {})
client = openai.OpenAI(base_url=episode["baseUrl"], api_key=episode["apiKey"])

assert [model.id for model in client.models.list()] == ["policy", "policy-untrained"]
assert client.models.retrieve("policy").owned_by == "hone"

# Tools: the call, the tool over REST, the answer. The message goes back as the client wrote it anew.
messages = [{"role": "system", "content": "You are good."}, user("tool please")]
first = client.chat.completions.create(model="policy", messages=messages, tools=[TOOL], tool_choice="auto", seed=7)
assert first.choices[0].finish_reason == "tool_calls", first
call = first.choices[0].message.tool_calls[0]
assert call.function.name == "execute_python_code"
code = json.loads(call.function.arguments)["code"]
text = post(episode["baseUrl"] + "/tools/execute_python_code", {"code": code}, episode["apiKey"])["text"]
assert text == "391", text
messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": text}]
second = client.chat.completions.create(model="policy", messages=messages, tools=[TOOL], max_completion_tokens=64)
assert second.choices[0].message.content == "It is \\boxed{391}.", second
assert second.usage.total_tokens == second.usage.prompt_tokens + second.usage.completion_tokens
assert second.usage.prompt_tokens > first.usage.total_tokens

# Streams: words with their log-probabilities, and a call.
stream = client.chat.completions.create(model="policy", messages=[user("say words")], stream=True, logprobs=True,
                                        stream_options={"include_usage": True})
words, tokens, finish, usage = "", "", None, None
for chunk in stream:
    usage = chunk.usage or usage
    for choice in chunk.choices:
        words += choice.delta.content or ""
        finish = choice.finish_reason or finish
        for token in (choice.logprobs.content if choice.logprobs else []):
            tokens += token.token
            assert token.logprob <= 0 and bytes(token.bytes).decode() == token.token
assert words == tokens == "né 中文 🎉, words", words
assert finish == "stop" and usage.completion_tokens > 0

name, arguments = "", ""
for chunk in client.chat.completions.create(model="policy", messages=[user("tool please")], tools=[TOOL], stream=True):
    for choice in chunk.choices:
        for piece in choice.delta.tool_calls or []:
            name += piece.function.name or ""
            arguments += piece.function.arguments or ""
assert name == "execute_python_code" and json.loads(arguments) == {"code": "print(17 * 23)"}

# The client's own helper that puts a stream together.
with client.chat.completions.stream(model="policy", messages=[user("tool please")], tools=[TOOL]) as events:
    for event in events:
        pass
    assert events.get_final_completion().choices[0].message.tool_calls[0].function.name == "execute_python_code"

several = client.chat.completions.create(model="policy", messages=[user("say words")], n=3, logprobs=True)
assert [choice.index for choice in several.choices] == [0, 1, 2]
assert all(choice.message.content == "né 中文 🎉, words" for choice in several.choices)
assert "".join(token.token for token in several.choices[1].logprobs.content) == "né 中文 🎉, words"

cut = client.chat.completions.create(model="policy", messages=[user("say words")], stop=[", wor", "zzz"])
assert cut.choices[0].message.content == "né 中文 🎉" and cut.choices[0].finish_reason == "stop", cut
short = client.chat.completions.create(model="policy", messages=[user("say words")], max_tokens=2)
assert short.choices[0].finish_reason == "length" and short.usage.completion_tokens == 2

mended = client.chat.completions.create(model="policy", messages=[user("call badly")], tools=[TOOL])
assert mended.choices[0].message.content == "Sorry, no call then.", mended
advice = client.chat.completions.create(model="policy-untrained", messages=[user("say words")], temperature=0.3)
assert advice.choices[0].message.content == "né 中文 🎉, words"
raw = client.chat.completions.with_raw_response.create(model="policy", messages=[user("say words")], temperature=0.3,
                                                       extra_body={"unheard_of": 1})
assert raw.headers["x-hone-ignored"] == "temperature", raw.headers

assert refused(openai.BadRequestError, tool_choice="required", tools=[TOOL]).param == "tool_choice"
assert refused(openai.BadRequestError, response_format={"type": "json_object"}).code == "unsupported_value"
assert refused(openai.BadRequestError, logprobs=True, top_logprobs=2).param == "top_logprobs"
assert refused(openai.NotFoundError, model="gpt-4o").code == "model_not_found"
stranger = openai.OpenAI(base_url=episode["baseUrl"], api_key="hone-nobody")
try:
    stranger.models.list()
    raise AssertionError("a stranger's key opened the episode")
except openai.AuthenticationError as e:
    assert e.code == "invalid_api_key", e

post(episode["episodeUrl"] + "/heartbeat", {}, episode["apiKey"])
post(episode["episodeUrl"] + "/end", {"finalAnswer": second.choices[0].message.content,
                                      "metadata": {"client": "openai " + openai.__version__}}, episode["apiKey"])
for attempt in range(100):
    try:
        client.chat.completions.create(model="policy", messages=[user("say words")])
    except openai.AuthenticationError:
        break
    except openai.InternalServerError as e:
        assert e.code == "episode-over", e
print("openai", openai.__version__, "drove", episode["episode"])
