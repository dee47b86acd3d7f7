"""TRL's GRPOTrainer on the prompts that dev.hone.bench.Bench wrote: steps of the same size, timed as Bench times its own.

Generation is the time inside the trainer's call of `generate`, training the rest of the step: rewards, advantages, forward,
backward, AdamW. One optimizer step a batch, no KL term, token-mean loss, float32, no gradient checkpointing, the whole batch
in one pass unless --micro-rows says less; with --device cuda bfloat16 under autocast, master weights in float32. Every completion has exactly --completion tokens. One step warms up.
"""

import argparse
import json
import statistics
import tempfile
import time

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--prompts", required=True, help="JSON with ids, as Bench --write-prompts writes it")
parser.add_argument("--samples", type=int, default=8)
parser.add_argument("--completion", type=int, default=96)
parser.add_argument("--micro-rows", type=int, default=0)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeat", type=int, default=3)
parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
args = parser.parse_args()
torch.set_num_threads(args.threads)
prompts = json.load(open(args.prompts))["ids"]
rows = len(prompts) * args.samples
micro = args.micro_rows or rows
generated, steps, began = [], [], [0.0]


class Trainer(GRPOTrainer):
    def _tokenize_prompts(self, texts):
        return [prompts[int(text)] for text in texts], None, {}

    def _generate_single_turn(self, *arguments, **named):
        start = time.perf_counter()
        out = super()._generate_single_turn(*arguments, **named)
        generated.append(time.perf_counter() - start)
        assert [len(ids) for ids in out[0]] == [args.completion] * rows, "completions differ in length"
        return out


class Clock(TrainerCallback):
    def on_step_begin(self, *arguments, **named):
        began[0] = time.perf_counter()

    def on_step_end(self, *arguments, **named):
        steps.append(time.perf_counter() - began[0])


def reward(completion_ids, **_):
    """The share of even token ids, as on the other side."""
    return [sum(1 - i % 2 for i in ids) / len(ids) for ids in completion_ids]


with tempfile.TemporaryDirectory() as directory:
    config = GRPOConfig(
        output_dir=directory, use_cpu=args.device == "cpu", report_to="none", save_strategy="no", logging_steps=1000, disable_tqdm=True,
        per_device_train_batch_size=micro, gradient_accumulation_steps=rows // micro, max_steps=args.repeat + 1,
        num_generations=args.samples, max_completion_length=args.completion, temperature=1.0, top_p=1.0, top_k=0,
        generation_kwargs={"min_new_tokens": args.completion}, beta=0.0, epsilon=0.2, num_iterations=1, loss_type="dapo",
        learning_rate=1e-6, lr_scheduler_type="constant", weight_decay=0.0, adam_beta2=0.95, max_grad_norm=1.0,
        gradient_checkpointing=False, bf16=args.device == "cuda")
    trainer = Trainer(
        model=AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="sdpa"),
        processing_class=AutoTokenizer.from_pretrained(args.model), reward_funcs=reward, args=config,
        train_dataset=Dataset.from_dict({"prompt": [str(i) for i in range(len(prompts))]}), callbacks=[Clock()])
    trainer.train()

step = statistics.median(steps[1:])
generate = statistics.median(generated[1:])
train = statistics.median(s - g for s, g in zip(steps[1:], generated[1:], strict=True))
print(json.dumps({
    "side": "trl", "measure": "step", "concurrent": rows, "repetitions": args.repeat,
    "tokens": args.samples * sum(map(len, prompts)) + rows * args.completion,
    "seconds": {name: round(value, 4) for name, value in {"generate": generate, "train": train, "step": step}.items()},
    "trl": trl.__version__, "transformers": transformers.__version__, "torch": torch.__version__}), flush=True)
