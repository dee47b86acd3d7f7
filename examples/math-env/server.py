#!/usr/bin/env python3
"""The math agent's word problems as an environment: docs/env-service.md, with Python's standard library alone.

A step states an answer in \\boxed{}; the environment records it and is done, or asks for one. An evaluation compares
the recorded answer, or else the final one, with the reference as exact numbers.
"""

import argparse
import json
import re
import threading
import time
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
INSTANCE = re.compile(r"^/v1/instances/([0-9a-f-]{36})(/step|/evaluate)?$")
LONGEST_BODY = 1 << 20


class Refusal(Exception):
    """An answer that says what is wrong."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def number(text):
    """The number that the text states, or None."""
    cleaned = text.strip().replace(",", "").replace("$", "").rstrip(".")
    try:
        return Fraction(cleaned)
    except (ValueError, ZeroDivisionError):
        return None


def boxed(text):
    """What the last box holds, or None."""
    found = BOXED.findall(text)
    return found[-1].strip() if found else None


class Problems:
    """Word problems by split, in their file's order."""

    def __init__(self, folder):
        self.splits = {}
        for split, name in (("train", "train.jsonl"), ("dev", "test.jsonl")):
            with open(folder / name, encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines if line.strip()]
            self.splits[split] = [(f"{split}-{i}", row) for i, row in enumerate(rows)]
        self.by_id = {task_id: row for rows in self.splits.values() for task_id, row in rows}

    def page(self, split, offset, limit):
        if split not in self.splits:
            raise Refusal(404, f"There is no split '{split}'; choose one of {sorted(self.splits)}.")
        rows = self.splits[split]
        tasks = [
            {"task_id": task_id, "query": row["question"], "metadata": {"characters": len(row["question"])}}
            for task_id, row in rows[offset : offset + limit]
        ]
        return {"tasks": tasks, "total": len(rows)}

    def reference(self, task_id):
        if task_id not in self.by_id:
            raise Refusal(404, f"There is no task '{task_id}'; GET /v1/tasks lists them.")
        return number(self.by_id[task_id]["answer"].rsplit("####", 1)[-1])


class Instance:
    """One episode's state."""

    def __init__(self, task_id, reference, ttl):
        self.task_id = task_id
        self.reference = reference
        self.gone_at = time.monotonic() + ttl
        self.answer = None
        self.steps = []

    def step(self, index, action):
        if index < len(self.steps):  # asked again, because the answer was lost
            return self.steps[index]
        if index > len(self.steps):
            raise Refusal(409, f"Step {index} came before step {len(self.steps)}.")
        self.answer = boxed(action)
        shown = (
            {"observation": "State the final answer in \\boxed{}.", "done": False}
            if self.answer is None
            else {"observation": f"Recorded: {self.answer}.", "done": True}
        )
        self.steps.append(shown)
        return shown

    def evaluate(self, final_answer):
        stated = self.answer if self.answer is not None else boxed(final_answer)
        if stated is None:
            return {"reward": 0.0, "cause": "no-answer", "reason": "No answer in \\boxed{}."}
        if number(stated) == self.reference:
            return {"reward": 1.0, "cause": "", "reason": f"'{stated}' is right."}
        return {"reward": 0.0, "cause": "wrong", "reason": f"'{stated}' is not {self.reference}."}


class Environment:
    """All instances. What is not released is dropped when its time to live is over."""

    def __init__(self, problems):
        self.problems = problems
        self.lock = threading.Lock()
        self.instances = {}
        self.counts = {"created": 0, "released": 0, "expired": 0, "evaluated": 0}

    def create(self, name, body):
        reference = self.problems.reference(body.get("task_id"))
        with self.lock:
            self.expire()
            if name not in self.instances:
                self.instances[name] = Instance(body["task_id"], reference, float(body.get("ttl_s", 600)))
                self.counts["created"] += 1
        return {"observation": ""}

    def use(self, name, action):
        with self.lock:
            self.expire()
            if name not in self.instances:
                raise Refusal(404, f"There is no instance '{name}': it was released, expired or never created.")
            return action(self.instances[name])

    def evaluate(self, name, body):
        answer = self.use(name, lambda instance: instance.evaluate(str(body.get("final_answer", ""))))
        with self.lock:
            self.counts["evaluated"] += 1
        return answer

    def release(self, name):
        with self.lock:
            if self.instances.pop(name, None) is None:
                raise Refusal(404, f"There is no instance '{name}'.")
            self.counts["released"] += 1

    def expire(self):
        now = time.monotonic()
        for name in [name for name, instance in self.instances.items() if instance.gone_at < now]:
            del self.instances[name]
            self.counts["expired"] += 1

    def health(self):
        with self.lock:
            self.expire()
            return {"open": len(self.instances), **self.counts}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    environment = None

    def do_GET(self):
        self.reply(self.get)

    def do_PUT(self):
        self.reply(self.put)

    def do_POST(self):
        self.reply(self.post)

    def do_DELETE(self):
        self.reply(lambda: self.environment.release(self.instance("")[0]))

    def get(self):
        url = urlsplit(self.path)
        if url.path == "/v1/health":
            return self.environment.health()
        if url.path != "/v1/tasks":
            raise Refusal(404, f"There is nothing at {url.path}.")
        query = {key: values[-1] for key, values in parse_qs(url.query).items()}
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 500))
        return self.environment.problems.page(query.get("split", "train"), offset, limit)

    def put(self):
        body = self.body()  # first: what is left unread would be taken for the next request
        return self.environment.create(self.instance("")[0], body)

    def post(self):
        body = self.body()
        name, what = self.instance("/step", "/evaluate")
        if what == "/evaluate":
            return self.environment.evaluate(name, body)
        step, action = int(body.get("step", 0)), str(body.get("action", ""))
        return self.environment.use(name, lambda instance: instance.step(step, action))

    def instance(self, *allowed):
        match = INSTANCE.match(urlsplit(self.path).path)
        if not match or (match.group(2) or "") not in allowed:
            raise Refusal(404, f"There is nothing to {self.command} at {self.path}.")
        return match.group(1), match.group(2)

    def body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            raise Refusal(413, f"The body has {length} bytes; at most {LONGEST_BODY} are read.")
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
        except ValueError as e:
            raise Refusal(400, f"The body is no JSON: {e}.") from e
        if not isinstance(body, dict):
            raise Refusal(400, "The body is no JSON object.")
        return body

    def reply(self, work):
        try:
            answer, status = work(), 200
        except Refusal as e:
            answer, status = {"detail": str(e)}, e.status
        except (TypeError, ValueError) as e:
            answer, status = {"detail": f"A value does not fit: {e}."}, 400
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(204 if answer is None else status)
        self.send_header("Content-Type", "application/json")
        if self.close_connection:
            self.send_header("Connection", "close")
        if answer is not None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8095, help="0: a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, default=Path(__file__).parent.parent / "math-agent" / "data")
    arguments = parser.parse_args()
    Handler.environment = Environment(Problems(arguments.data))
    server = Server((arguments.host, arguments.port), Handler)
    print(f"Listening on http://{arguments.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
