"""Episodes of a run whose workflow is `external`: begin, work, end. Needs nothing but Python's library."""

import json
import os
import threading
import urllib.error
import urllib.request


class Episode:
    """One task to solve. Its endpoint speaks OpenAI's API at `base_url`, under `api_key`; the policy is `model`."""

    def __init__(self, begun):
        self.id = begun["episode"]
        self.query = begun["task"]["query"]
        self.metadata = begun["task"]["metadata"]
        self.base_url = begun["baseUrl"]
        self.api_key = begun["apiKey"]
        self.model = begun["model"]
        self._url = begun["episodeUrl"]
        self._beat = begun["heartbeatSeconds"] / 3
        self._ended = threading.Event()
        threading.Thread(target=self._live, daemon=True).start()

    def run_python(self, code):
        """Runs code in Hone's sandbox; returns what to tell the model."""
        return _post(self.base_url + "/tools/execute_python_code", {"code": code}, self.api_key)["text"]

    def end(self, final_answer, reward=None, **metadata):
        """The agent has its answer. The run's judge looks at it, unless there is a reward."""
        self._ended.set()
        _post(self._url + "/end", {"finalAnswer": final_answer, "reward": reward, "metadata": metadata}, self.api_key)

    def abort(self, reason):
        """The agent gives up; the attempt is repeated."""
        self._ended.set()
        _post(self._url + "/abort", {"reason": reason}, self.api_key)

    def _live(self):
        while not self._ended.wait(self._beat):
            try:
                _post(self._url + "/heartbeat", {}, self.api_key)
            except OSError:
                return  # it has ended, or will be given to another


def episodes(gateway, run):
    """Begins one episode after the other until the run has ended. A gateway that asks for a key gets HONE_API_KEY."""
    while True:
        try:
            begun = _post(f"{gateway}/api/v1/runs/{run}/episodes/begin", {}, os.environ.get("HONE_API_KEY", ""))
        except urllib.error.HTTPError as e:
            if e.code == 410:
                return
            raise
        if begun is not None:
            yield Episode(begun)


def work(gateway, run, solve, workers=8):
    """Solves the run's episodes, so many at a time: `solve(episode)` returns the final answer."""

    def loop():
        for episode in episodes(gateway, run):
            try:
                episode.end(solve(episode))
            except urllib.error.HTTPError as e:
                print(f"{episode.id}: {e}", flush=True)  # ended already, or its time is over
            except Exception as e:
                try:
                    episode.abort(repr(e))
                except OSError:
                    pass

    threads = [threading.Thread(target=loop) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(url, body, key):
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = "Bearer " + key
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request) as response:
        text = response.read()
        return json.loads(text) if text else None
