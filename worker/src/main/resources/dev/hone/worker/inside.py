"""Inside the jail: sets the limits, then becomes the JVM of a jar, or runs a Python file itself.

Frames on standard input and output: 4 bytes of length (big endian), then JSON.
  out, first  {"jailed": true}
  out         {"ready": true} or {"unusable": reason}
  in          {"id", "task", and what the role adds: "api_key", "settings", "observation", "episode"}, or {"cancel": id}
  out         {"id", "value"} or {"id", "raised": text, "kind"}; one for each id, also when it was cancelled
"""
import json
import os
import resource
import struct
import sys


def limit(limits):
    for what, value in (("CORE", 0), ("MEMLOCK", 0), ("MSGQUEUE", 0), ("SIGPENDING", 1024), ("STACK", 8 << 20),
                        ("FSIZE", limits["tmp_bytes"]), ("NOFILE", limits["open_files"]), ("NPROC", limits["threads"]),
                        ("AS", limits["memory_bytes"])):
        number = getattr(resource, "RLIMIT_" + what)
        most = resource.getrlimit(number)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(number, (value, value))
    os.nice(5)


def frame(message):
    data = json.dumps(message).encode()
    return struct.pack(">I", len(data)) + data


settings = json.loads(sys.argv[1])
limit(settings["limits"])
os.write(1, frame({"jailed": True}))
if "java" in settings:
    os.execv(settings["java"][0], settings["java"])

import asyncio
import ctypes
import importlib.util
import threading
import traceback
import types
import urllib.error
import urllib.request

answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what the file prints must not get between the frames
sending = threading.Lock()
SOCKET = "/run/hone/endpoint"


def send(message):
    data = frame(message)
    with sending:
        answers.write(data)
        answers.flush()


class Unjudgeable(Exception):
    """No attempt at this task can be judged, for example because it has no answer: trying again does not help."""


class Task:
    """One problem: `task_id`, `query` (what the agent is asked), `metadata` (the row's columns)."""

    def __init__(self, task):
        self.task_id, self.query, self.metadata = task["taskId"], task["query"], task["metadata"]


class Tuner:
    """The policy that is being trained, as an OpenAI-compatible endpoint, and the sandbox. Every token is recorded.

    `base_url` and `api_key` are for any OpenAI client; `settings` has the run's rollout settings; `environment` is None
    unless the task has one."""

    def __init__(self, base_url, api_key, settings, observation):
        self.base_url, self.api_key, self.settings = base_url, api_key, settings
        self.environment = None if observation is None else Environment(self, observation)

    def _post(self, path, body):
        request = urllib.request.Request(self.base_url + path, json.dumps(body).encode(), {
            "Authorization": "Bearer " + self.api_key, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            raise RuntimeError("%s answered %d: %s" % (path, refused.code, refused.read(4096).decode("utf-8", "replace")))

    def chat(self, messages, **options):
        """The policy's next message, as the API gives it: {"role", "content", "tool_calls"}."""
        return self._post("/chat/completions", {"model": "policy", "messages": messages, **options})["choices"][0]["message"]

    def run_python(self, code):
        """What to tell the model of the code: what it printed, or how it failed."""
        return self._post("/tools/execute_python_code", {"code": code})["text"]


class Environment:
    """The episode's environment: `observation` is what it shows before the first step."""

    def __init__(self, tuner, observation):
        self._tuner, self.observation = tuner, observation

    def step(self, action):
        """Acts; gives what the environment shows then, and whether it is done."""
        next = self._tuner._post("/environment/step", {"action": action})
        return next["observation"], next["done"]


def as_run(request):
    return run(Task(request["task"]), Tuner(base_url, request["api_key"], request["settings"], request.get("observation")))


def as_judge(request):
    return run(Task(request["task"]), request["episode"])


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


async def forward(reader, writer):
    try:
        there, back = await asyncio.open_unix_connection(SOCKET)
        await asyncio.gather(pump(reader, back), pump(there, writer))
        back.close()
    finally:
        writer.close()


def start_forwarder():
    """127.0.0.1 in here, the endpoint's socket out there; gives the base URL."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(forward, "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return "http://127.0.0.1:%d/v1" % server.sockets[0].getsockname()[1]


def load(path, function):
    """The file's function; the reason where there is none."""
    name = os.path.basename(path)
    try:
        spec = importlib.util.spec_from_file_location("hone_code", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["hone_code"] = module
        spec.loader.exec_module(module)
    except BaseException as failure:
        return None, "%s cannot be loaded: %s; correct it." % (name, "".join(
            traceback.format_exception_only(type(failure), failure)).strip())
    found = getattr(module, function, None)
    if not callable(found):
        return None, "%s has no function %s; define it." % (name, settings["call"]["signature"])
    return found, None


def answer(request, work):
    try:
        message = {"value": work(request)}
        json.dumps(message)
    except Unjudgeable as reason:
        message = {"raised": str(reason), "kind": "unjudgeable"}
    except BaseException as failure:
        traceback.print_exc()
        message = {"raised": "".join(traceback.format_exception_only(type(failure), failure)).strip(), "kind": "error"}
    calls.pop(request["id"], None)
    send({"id": request["id"], **message})


def cancel(call):
    thread = calls.get(call)
    if thread is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))


calls = {}
hone = types.ModuleType("hone")
hone.Unjudgeable, hone.Task, hone.Tuner = Unjudgeable, Task, Tuner
sys.modules["hone"] = hone
function = settings["call"]["function"]
run, unusable = load(settings["code"], function)
if unusable:
    send({"unusable": unusable})
    sys.exit(0)
base_url = start_forwarder() if os.path.exists(SOCKET) else None
send({"ready": True})
while True:
    size = sys.stdin.buffer.read(4)
    if len(size) < 4:
        os._exit(0)
    request = json.loads(sys.stdin.buffer.read(struct.unpack(">I", size)[0]))
    if "cancel" in request:
        cancel(request["cancel"])
        continue
    calls[request["id"]] = thread = threading.Thread(
        target=answer, args=(request, as_judge if function == "judge" else as_run), daemon=True)
    thread.start()
