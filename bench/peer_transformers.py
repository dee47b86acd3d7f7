"""What Hugging Face Transformers and plain PyTorch need for the work that dev.hone.bench.Bench times: generation with
log-probabilities of the sampled tokens, and one training step (forward, policy-gradient loss, backward, AdamW).

The same shape, random weights, bfloat16 (training: float32 master weights under autocast), scaled_dot_product_attention.
Generation is `generate` with its dynamic cache, every row a prompt of its own; the log-probabilities come from one more
forward pass in pieces, as keeping every step's logits of 151,936 words would not fit. Prints JSON lines as Bench does.
"""

import argparse
import json
import statistics
import sys
import time
import traceback

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--device", default="cuda")
parser.add_argument("--measure", default="generate,train")
parser.add_argument("--concurrent", default="64,256,1024")
parser.add_argument("--groups", type=int, default=64)
parser.add_argument("--samples", type=int, default=8)
parser.add_argument("--prompt", type=int, default=128)
parser.add_argument("--completion", type=int, default=256)
parser.add_argument("--micro-rows", type=int, default=32)
parser.add_argument("--repeat", type=int, default=1)
args = parser.parse_args()
torch.manual_seed(1)
config = AutoConfig.from_pretrained(args.model)
versions = {"torch": torch.__version__, "transformers": transformers.__version__}


def wait():
    if args.device == "cuda":
        torch.cuda.synchronize()


def clock(work):
    wait()
    start = time.perf_counter()
    out = work()
    wait()
    return time.perf_counter() - start, out


def report(measure, tokens, seconds, **details):
    medians = {name: round(statistics.median(values), 4) for name, values in seconds.items()}
    line = {"side": "transformers", "measure": measure, **details, "tokens": tokens,
            "tok_s": round(tokens / sum(medians.values())), "seconds": medians, **versions}
    print(json.dumps(line), flush=True)


def new_model(dtype):
    with torch.device(args.device):
        model = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation="sdpa")
    return model.to(dtype)


def log_probs(model, ids, rows):
    """Of the completion's tokens, [rows, completion], in pieces of rows."""
    pieces = []
    for part in ids.split(rows):
        logits = model(input_ids=part, logits_to_keep=args.completion + 1).logits[:, :-1]
        targets = part[:, args.prompt:]
        pieces.append(torch.gather(torch.log_softmax(logits.float(), -1), 2, targets.unsqueeze(2)).squeeze(2))
    return torch.cat(pieces)


def generate(model, rows, new_tokens):
    ids = torch.randint(config.vocab_size, (rows, args.prompt), device=args.device)
    return model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_k=0, top_p=1.0,
                          min_new_tokens=new_tokens, max_new_tokens=new_tokens, pad_token_id=0)


@torch.inference_mode()
def measure_generation():
    model = new_model(torch.bfloat16).eval()
    generate(model, 8, 8)
    for rows in map(int, args.concurrent.split(",")):
        try:
            seconds = {"generate": [], "log_probs": []}
            for _ in range(args.repeat):
                took, ids = clock(lambda: generate(model, rows, args.completion))
                seconds["generate"].append(took)
                seconds["log_probs"].append(clock(lambda: log_probs(model, ids, args.micro_rows))[0])
            report("generate", rows * args.completion, seconds, concurrent=rows)
        except Exception:
            traceback.print_exc()


def measure_training():
    model = new_model(torch.float32).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, betas=(0.9, 0.95), weight_decay=0.0, fused=args.device == "cuda")
    rows = args.groups * args.samples
    ids = torch.randint(config.vocab_size, (rows, args.prompt + args.completion), device=args.device)
    advantages = torch.randn(rows, 1, device=args.device)

    def step():
        for part, advantage in zip(ids.split(args.micro_rows), advantages.split(args.micro_rows)):
            with torch.autocast(args.device, dtype=torch.bfloat16, enabled=args.device == "cuda"):
                new = log_probs(model, part, len(part))
            ratio = torch.exp(new - new.detach())
            loss = -torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).sum() / (rows * args.completion)
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    clock(step)
    seconds = {"train": [clock(step)[0] for _ in range(args.repeat)]}
    report("train", ids.numel(), seconds, micro_rows=args.micro_rows)


failed = 0
for name, measure in {"generate": measure_generation, "train": measure_training}.items():
    if name in args.measure.split(","):
        try:
            measure()
        except Exception:
            traceback.print_exc()
            failed = 1
        if args.device == "cuda":
            torch.cuda.empty_cache()
sys.exit(failed)
