#!/usr/bin/env python3
"""Loads a completed run's export with Transformers, on the CPU and in float32, and compares the log-probabilities of what
Hone sampled in the run's last evaluation, from the same weights, with what Transformers computes for the same tokens.

check_export.py GATEWAY RUN [--episodes N] [--tolerance T]     for example: check_export.py http://127.0.0.1:8080 math-agent-1

Prints how many tokens were compared and the largest difference; exit code 1 if it is above the tolerance. Needs what
requirements.txt beside it names."""
import argparse
import json
import sys
import urllib.request

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("gateway")
    parser.add_argument("run")
    parser.add_argument("--episodes", type=int, default=64)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="natural log-probability")
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


def main():
    given = arguments()
    address = f"{given.gateway.rstrip('/')}/api/v1/runs/{given.run}"
    run = get(address)
    if run["state"] != "completed":
        sys.exit(f"Run {given.run} is {run['state']}, not completed.")
    tokenizer = AutoTokenizer.from_pretrained(run["export"])
    model = AutoModelForCausalLM.from_pretrained(run["export"], dtype=torch.float32).eval()
    differences = []
    for tokens in last_evaluation(address, given.episodes):
        ids = [token["id"] for token in tokens]
        text = "".join(token["text"] for token in tokens)
        if tokenizer.decode(ids) != text:
            sys.exit(f"Transformers' tokenizer reads {tokenizer.decode(ids)!r}, Hone's {text!r}.")
        with torch.no_grad():
            log_probs = torch.log_softmax(model(torch.tensor([ids])).logits[0], dim=-1)
        for t, token in enumerate(tokens):
            if token["inLoss"] and token["version"] == run["policyVersion"]:
                differences.append(abs(log_probs[t - 1, token["id"]].item() - token["logProb"]))
    if not differences:
        sys.exit(f"Run {given.run} has no evaluated token of version {run['policyVersion']}.")
    print(f"{len(differences)} tokens of version {run['policyVersion']}, largest difference {max(differences):.2e}, "
          f"mean {sum(differences) / len(differences):.2e} (tolerance {given.tolerance:.0e})")
    sys.exit(max(differences) > given.tolerance)


main()
