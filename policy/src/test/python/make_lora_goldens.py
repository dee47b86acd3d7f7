"""Makes src/test/resources/golden-lora: adapters for small model directories of src/test/resources/golden, and what PEFT
and PyTorch compute with them (float32, CPU, eager attention, adapters not merged).

  pip install -r requirements.txt peft==0.21.2 && python make_lora_goldens.py ../resources

Each directory: adapter_config.json and adapter_model.safetensors as PEFT writes them, cases.json and cases.safetensors as
make_golden_models.py describes them. What has gradients and is stepped by AdamW are the adapters, under the names that
PEFT stores them by.
"""

import json
import os
import shutil
import sys

import peft
import torch
from safetensors.torch import save_file
from transformers import logging

from make_golden_models import MARGIN, PROMPTS, batches, forward, greedy, load, training

ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    "llama_llama3_bf16_tiny": dict(r=4, lora_alpha=8, target_modules=ALL),
    "qwen2_window_yarn_tiny": dict(r=3, lora_alpha=5, target_modules=ALL, use_rslora=True),
    "qwen3_proportional_fp16_tiny": dict(r=2, lora_alpha=3, target_modules=["q_proj", "v_proj", "down_proj"]),
    "gemma3_linear_tiny": dict(r=4, lora_alpha=8, target_modules=ALL),
}


def stored(name):
    """The name that PEFT stores a parameter by."""
    return name.replace(".default", "")


def make(name, resources):
    base, target = os.path.join(resources, "golden", name), os.path.join(resources, "golden-lora", name)
    for seed in range(1000):
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        generator = torch.Generator().manual_seed(seed)
        model = peft.get_peft_model(load(base), peft.LoraConfig(task_type="CAUSAL_LM", **ADAPTERS[name])).eval()
        parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
        with torch.no_grad():
            for p in parameters.values():
                p.copy_(0.5 * torch.randn(p.shape, generator=generator) / p.shape[1] ** 0.5)
        model.save_pretrained(target)
        pad = model.config.pad_token_id
        cases = batches(model.config.vocab_size, pad, generator)
        prompts = [torch.randint(3, 64, (n,), generator=generator).tolist() for n in PROMPTS]
        tokens, logps, margin = greedy(model, prompts, pad)
        ends = model.config.eos_token_id
        ended = any(t in (ends if isinstance(ends, list) else [ends]) for t in tokens.flatten().tolist())
        if margin >= MARGIN and not ended and len(set(tokens.flatten().tolist())) > 8:
            break
    else:
        raise SystemExit(f"{name}: no seed gives a clear greedy continuation")
    os.remove(os.path.join(target, "README.md"))
    with open(os.path.join(target, "adapter_config.json")) as file:
        config = json.load(file)
    config["base_model_name_or_path"] = f"../../golden/{name}"
    config["target_modules"].sort()
    with open(os.path.join(target, "adapter_config.json"), "w") as file:
        json.dump(config, file, indent=2, sort_keys=True)
        file.write("\n")
    tensors = {f"greedy.{b}.logp": logps[b] for b in range(len(prompts))}
    forward(model, cases, tensors)
    full = [n for n in parameters if ".layers.1." in n and ("q_proj" in n or "down_proj" in n)]
    grad, adamw = training(model, cases["right"], generator, tensors, parameters, full, stored)
    save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(target, "cases.safetensors"))
    summary = {
        "name": name, "arch": model.config.model_type, "seed": seed, "compute_dtype": "float32",
        "generated_with": {"torch": torch.__version__, "transformers": __import__("transformers").__version__,
                           "peft": peft.__version__, "attn_implementation": "eager", "device": "cpu"},
        "greedy": [{"prompt": p, "continuation": t.tolist()} for p, t in zip(prompts, tokens)],
        "grad": grad, "adamw": adamw}
    with open(os.path.join(target, "cases.json"), "w") as file:
        json.dump(summary, file, indent=1)
        file.write("\n")
    print(name, "seed", seed, "margin", round(margin, 3), "norm", round(grad["global_norm"], 2))


if __name__ == "__main__":
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    for model_name in sys.argv[2:] or ADAPTERS:
        make(model_name, sys.argv[1])
