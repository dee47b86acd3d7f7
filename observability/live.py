"""Two short runs under a real Prometheus; the dashboards' queries over what it scraped. Part of `observability/check live`."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

RUNS = ("seen-1", "seen-2")
PATIENCE = 300
# Panels that stand still while all is well, and show that they are there.
STEADY = {
    "hone-health: Services up", "hone-health: Alerts that fire", "hone-health: Judges that wait", "hone-health: Too old, or given up",
    "hone: Staleness",  # of a synchronous run
    "hone-health: Consumer lag",  # of so few episodes
    "hone: $run", "hone-throughput: $run", "hone-compare: $a", "hone-compare: $b"}
# Single lines of panels whose other lines move.
STEADY_LINES = ("hone_run_missing_print", "sandbox_jail_ready", "sandbox_queue_depth", "sandbox_reruns_total", 'kind="total"')
# Panels that are a curve, and which of its metrics.
CURVES = {
    "hone_run_reward_mean": ("train", "reward/mean"), "hone_run_accuracy": ("eval", "accuracy"),
    "hone_step_reward_p10": ("train", "reward/p10"), "hone_step_reward_p50": ("train", "reward/p50"),
    "hone_step_reward_p90": ("train", "reward/p90"), "hone_step_entropy": ("train", "entropy"),
    "hone_step_grad_norm": ("train", "grad_norm"), "hone_step_groups_reward_variance": ("train", "groups/reward_variance")}


def configuration(root, run, seed, steps):
    example = root / "examples/math-agent"
    return f"""
hone:
  experiment_name: {run}
  seed: {seed}
  task_reader:
    dataset_file:
      training: {{file_path: {example}/data/train.jsonl}}
      validation: {{file_path: {example}/data/test.jsonl}}
    max_validation_tasks: 8
  task_judge: {{judge_protocol: math_agent}}
  model: {{path: {example}/model}}
  rollout:
    user_workflow: math_agent
    num_repeat: 4
    max_response_length_in_one_turn: 96
    max_model_len: 512
    max_env_worker: 2
  data: {{train_batch_size: 8}}
  trainer_common:
    total_training_steps: {steps}
    optim: {{lr: 1.0e-3, weight_decay: 0.0}}
    algorithm: {{mini_batch_num: 2}}
"""


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


@contextlib.contextmanager
def process(command, **more):
    started = subprocess.Popen(command, **more)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(60)
        except subprocess.TimeoutExpired:
            started.kill()


def train(root, gateway, run, seed, steps):
    """A run's rows of /steps, when it has ended."""
    request = urllib.request.Request(f"{gateway}/api/v1/runs", configuration(root, run, seed, steps).encode(), {"Content-Type": "application/yaml"})
    urllib.request.urlopen(request, timeout=30).close()
    end = time.monotonic() + PATIENCE
    while (state := get(f"{gateway}/api/v1/runs/{run}")["state"]) != "completed":
        if state in ("failed", "gate_failed", "cancelled") or time.monotonic() > end:
            raise SystemExit(f"{run} is {state}, not completed after {PATIENCE} s at most")
        time.sleep(0.5)
    return get(f"{gateway}/api/v1/runs/{run}/steps")["steps"]


def scraping(folder, root):
    """Prometheus' configuration: our rules; the services of a data directory."""
    (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}}
rule_files: [{root}/observability/prometheus/rules.yml]
scrape_configs:
  - job_name: hone
    metrics_path: /actuator/prometheus
    file_sd_configs: [{{files: [{folder}/data/prometheus.json]}}]
""")


def check(root, panels, prometheus):
    with tempfile.TemporaryDirectory(prefix="hone-seen-", dir="/var/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        scraping(folder, root)
        # Any peak will do for the panel of what is reached of it.
        environment = {**os.environ, "HONE_LEARNER_PEAKTFLOPS": "0.1"}
        hone = [root / "hone", "serve", "all", "--data-dir", folder / "data", "--json"]
        with process(hone, stdout=subprocess.PIPE, env=environment, text=True) as platform:
            gateway = json.loads(platform.stdout.readline())["address"]
            with open(folder / "log", "w") as log, process(
                    [prometheus, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/series",
                     "--web.listen-address=127.0.0.1:19090"], stderr=log):
                time.sleep(3)
                begin = time.time()
                steps = {run: train(root, gateway, run, 3 + number, 3 - number) for number, run in enumerate(RUNS)}
                time.sleep(3)
                yield from compare(panels, steps, begin, time.time())


def series(query, begin, end):
    """(labels, values) of a query over the runs' time."""
    for variable, value in (("$__rate_interval", "5s"), ("$run", ".*"), ("$a", RUNS[0]), ("$b", RUNS[1])):
        query = query.replace(variable, value)
    parameters = urllib.parse.urlencode({"query": query, "start": begin, "end": end, "step": "0.5"})
    result = get("http://127.0.0.1:19090/api/v1/query_range?" + parameters)["data"]["result"]
    return [(one["metric"], [float(value) for _, value in one["values"]]) for one in result]


def varies(values):
    numbers = {value for value in values if value == value}
    return len(numbers) > 1


def compare(panels, steps, begin, end):
    for panel, query in panels:
        try:
            found = series(query, begin, end)
        except urllib.error.HTTPError as error:
            yield f"{panel}: {query} is refused: {error.read().decode()}"
            continue
        if not found:
            yield f"{panel}: no series for {query}"
        elif panel not in STEADY and not any(line in query for line in STEADY_LINES) and not any(varies(values) for _, values in found):
            yield f"{panel}: only constant series for {query}"
        metric = query.split("{")[0]
        if metric in CURVES and "$run" in query:
            yield from unlike_the_steps(panel, found, steps, *CURVES[metric])
    firing = series('ALERTS{alertstate="firing"}', begin, end)
    yield from (f"an alert fires: {labels}" for labels, _ in firing)


def unlike_the_steps(panel, found, steps, purpose, metric):
    """The values that a run's series takes, one after another, are those of its steps."""
    curves = {labels["run"]: values for labels, values in found}
    for run, rows in steps.items():
        expected = changes(row["metrics"][metric] for row in rows if row["purpose"] == purpose and metric in row["metrics"])
        shown = changes(value for value in curves.get(run, []) if value == value)
        if not expected or shown != expected:
            yield f"{panel}: {metric} of {run} is {shown}, but {expected} in /steps"


def changes(values):
    changed = []
    for value in values:
        if not changed or changed[-1] != value:
            changed.append(value)
    return changed
