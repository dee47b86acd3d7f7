#!/usr/bin/env python3
"""Loads a completed run's export with Transformers, on the CPU and in float32, and compares the log-probabilities of what
Hone sampled in the run's last evaluation, from the same weights, with what Transformers computes for the same tokens. Where the
run trained adapters, PEFT loads these on their base model and is compared in the same way, and its merged weights with the
export's.

check_export.py GATEWAY RUN [--episodes N] [--tolerance T]     for example: check_export.py http://127.0.0.1:8080 math-agent-1

Prints how many tokens were compared and the largest differences; exit code 1 if one is above the tolerance. Needs what
requirements.txt beside it names."""
import argparse
import json
import pathlib
import sys
import urllib.request

import torch
from peft import PeftConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("gateway")
    parser.add_argument("run")
    parser.add_argument("--episodes", type=int, default=64)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="natural log-probability")
    parser.add_argument("--weight-tolerance", type=float, default=1e-6, help="merged weights, absolute")
    return parser.parse_args()


def get(address):
    with urllib.request.urlopen(address) as answer:
        return json.load(answer)


def last_evaluation(run_address, count):
    """Timelines of the last evaluation's episodes."""
    step = max(row["step"] for row in get(f"{run_address}/steps")["steps"] if row["purpose"] == "eval")
    for row in get(f"{run_address}/episodes?purpose=eval&step={step}&limit={count}")["episodes"]:
        detail = get(f"{run_address}/episodes/eval/{row['step']}/{row['group']}/{row['sample']}")
        yield from (timeline["tokens"] for timeline in detail["rollout"]["timelines"])


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def compare(name, model, timelines, version, tolerance):
    """Whether the model's log-probabilities are Hone's, of what was sampled under a version of the weights."""
    differences = []
    for tokens in timelines:
        ids = [token["id"] for token in tokens]
        with torch.no_grad():
            log_probs = torch.log_softmax(model(torch.tensor([ids])).logits[0], dim=-1)
        for t, token in enumerate(tokens):
            if token["inLoss"] and token["version"] == version:
                differences.append(abs(log_probs[t - 1, token["id"]].item() - token["logProb"]))
    if not differences:
        sys.exit(f"There is no evaluated token of version {version}.")
    print(f"{name}: {len(differences)} tokens of version {version}, largest difference {max(differences):.2e}, "
          f"mean {sum(differences) / len(differences):.2e} (tolerance {tolerance:.0e})")
    return max(differences) <= tolerance


def compare_merged(adapted, exported, tolerance):
    """Whether PEFT merges to the weights that were exported."""
    merged, weights = adapted.merge_and_unload().state_dict(), exported.state_dict()
    if merged.keys() != weights.keys():
        sys.exit(f"PEFT's merged model has other weights than the export: {sorted(merged.keys() ^ weights.keys())}.")
    largest = max((merged[name] - weights[name]).abs().max().item() for name in weights)
    print(f"merged by PEFT: {len(weights)} weights, largest difference to the export {largest:.2e} (tolerance {tolerance:.0e})")
    return largest <= tolerance


def main():
    given = arguments()
    address = f"{given.gateway.rstrip('/')}/api/v1/runs/{given.run}"
    run = get(address)
    if run["state"] != "completed":
        sys.exit(f"Run {given.run} is {run['state']}, not completed.")
    tokenizer = AutoTokenizer.from_pretrained(run["export"])
    timelines = list(last_evaluation(address, given.episodes))
    for tokens in timelines:
        ids, text = [token["id"] for token in tokens], "".join(token["text"] for token in tokens)
        if tokenizer.decode(ids) != text:
            sys.exit(f"Transformers' tokenizer reads {tokenizer.decode(ids)!r}, Hone's {text!r}.")
    exported = load(run["export"])
    passed = compare("export", exported, timelines, run["policyVersion"], given.tolerance)
    adapter = pathlib.Path(run["export"]).parent / "adapter"
    if adapter.exists():
        base = load(PeftConfig.from_pretrained(adapter).base_model_name_or_path)
        adapted = PeftModel.from_pretrained(base, adapter).eval()
        passed &= compare("adapter", adapted, timelines, run["policyVersion"], given.tolerance)
        passed &= compare_merged(adapted, exported, given.weight_tolerance)
    sys.exit(not passed)


main()
