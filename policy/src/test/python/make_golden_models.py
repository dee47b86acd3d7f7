"""Makes the small model directories of src/test/resources/golden whose names end in _tiny: weights, and what Hugging
Face's implementation computes from them (float32, CPU, eager attention).

  pip install -r requirements.txt && python make_golden_models.py ../resources/golden [NAME...]
  python make_golden_models.py --models MODELS.json DIRECTORY [NAME...]

The second form makes other models anywhere, for `./hone golden DIRECTORY/*`: MODELS.json is an object of the form of
MODELS below. Beside a configuration's keys, a model may have "dtype", "shards", "lengths" and "prompts" (tokens of each),
"new_tokens", and "extra": keys that are put over config.json as it was saved.

Each directory: config.json as save_pretrained writes it, config_legacy.json (the spelling of Transformers 4; checked to
give the same logits bit by bit), weights (float32, float16 or bfloat16; one file or shards), cases.json and
cases.safetensors:

  right.* left.* gap.*    input_ids, attention_mask, position_ids, logits, logp, logp_mask of padded batches; the
                          position ids of "gap" jump
  greedy.{i}.logp         log-probabilities of greedy continuations (cases.json: greedy), made with a KV cache, and
                          checked to come out the same as one left-padded batch
  grad.*                  loss = -(sum(mask * advantages * logp) / sum(mask)) on the right-padded batch
  adamw.*                 weights after two steps; the first gradient is clipped, the second is not
"""

import argparse
import json
import os
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, logging

LENGTHS, PROMPTS, NEW_TOKENS, MARGIN = [26, 19, 11], [5, 9, 14], 24, 0.02
COMMON = dict(
    vocab_size=64, hidden_size=24, intermediate_size=20, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=2,
    bos_token_id=2, eos_token_id=1, pad_token_id=0, max_position_embeddings=256)

MODELS = {
    "llama_llama3_bf16_tiny": dict(
        model_type="llama", dtype="bfloat16", head_dim=16, tie_word_embeddings=True, attention_bias=True, mlp_bias=True, rms_norm_eps=1e-5,
        eos_token_id=[1, 3], rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0,
                                                  high_freq_factor=4.0, original_max_position_embeddings=16)),
    "llama_linear_fp16_tiny": dict(
        model_type="llama", dtype="float16", shards="9KB", head_dim=10, num_key_value_heads=4, hidden_act="gelu",
        rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
    "llama_dynamic_tiny": dict(
        model_type="llama", max_position_embeddings=64, hidden_act="relu",
        rope_parameters=dict(rope_type="dynamic", rope_theta=10000.0, factor=2.0)),
    "llama_longrope_tiny": dict(
        model_type="llama", head_dim=8, num_key_value_heads=1,
        rope_parameters=dict(rope_type="longrope", rope_theta=10000.0, original_max_position_embeddings=64,
                             short_factor=[1.0, 1.25, 1.5, 2.5], long_factor=[2.0, 4.0, 8.0, 16.0])),
    "qwen2_window_yarn_tiny": dict(
        model_type="qwen2", num_hidden_layers=3, use_sliding_window=True, sliding_window=5, max_window_layers=1,
        rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16)),
    "qwen3_yarn_bf16_tiny": dict(
        model_type="qwen3", dtype="bfloat16", num_hidden_layers=3, head_dim=16, num_key_value_heads=1, tie_word_embeddings=True,
        attention_bias=True, use_sliding_window=True, sliding_window=6, pad_token_id=7,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters=dict(rope_type="yarn", rope_theta=1000000.0, factor=8.0, original_max_position_embeddings=32, beta_fast=16.0,
                             beta_slow=0.5, mscale=1.0, mscale_all_dim=0.5, truncate=False)),
    "qwen3_proportional_fp16_tiny": dict(
        model_type="qwen3", dtype="float16", head_dim=8,
        rope_parameters=dict(rope_type="proportional", rope_theta=10000.0, factor=2.0, partial_rotary_factor=0.5)),
    "gemma3_linear_tiny": dict(
        model_type="gemma3_text", shards="16KB", num_hidden_layers=4, head_dim=16, query_pre_attn_scalar=20, attention_bias=True,
        final_logit_softcapping=4.0, sliding_window=4,
        layer_types=["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
        rope_parameters=dict(full_attention=dict(rope_type="linear", rope_theta=1000000.0, factor=8.0),
                             sliding_attention=dict(rope_type="default", rope_theta=10000.0))),
    "gemma3_yarn_untied_bf16_tiny": dict(
        model_type="gemma3_text", dtype="bfloat16", num_hidden_layers=3, head_dim=8, num_key_value_heads=1, query_pre_attn_scalar=8,
        tie_word_embeddings=False, sliding_window=7, layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        rope_parameters=dict(full_attention=dict(rope_type="yarn", rope_theta=100000.0, factor=4.0, attention_factor=1.3,
                                                 original_max_position_embeddings=64),
                             sliding_attention=dict(rope_type="linear", rope_theta=5000.0, factor=2.0))),
}


def legacy(config):
    """The spelling of Transformers 4; None where it cannot say the same."""
    old = {k: v for k, v in config.items() if k not in ("rope_parameters", "dtype", "layer_types", "_sliding_window_pattern")}
    old["torch_dtype"] = config["dtype"]
    old["transformers_version"] = "4.51.3"
    rope = config["rope_parameters"]
    types = config.get("layer_types") or []
    if config["model_type"] == "gemma3_text":
        local = rope["sliding_attention"]
        if local["rope_type"] != "default":
            return None
        old["rope_local_base_freq"] = local["rope_theta"]
        rope = rope["full_attention"]
        pattern = (types + ["full_attention"]).index("full_attention") + 1
        if types == ["sliding_attention" if (i + 1) % pattern else "full_attention" for i in range(len(types))]:
            old["sliding_window_pattern"] = pattern
        else:
            old["layer_types"] = types
    elif "sliding_attention" in types:
        first = config.get("max_window_layers", 0)
        if types != ["sliding_attention" if i >= first else "full_attention" for i in range(len(types))]:
            old["layer_types"] = types
    scaling = {k: v for k, v in rope.items() if k != "rope_theta"}
    old["rope_theta"] = rope["rope_theta"]
    old["rope_scaling"] = None if scaling["rope_type"] == "default" else scaling
    return old


def fill(model, generator):
    """Weights that make logits of spread 2 or so."""
    gemma = "gemma" in model.config.model_type
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=generator)
            if name.endswith("norm.weight"):
                p.copy_(0.5 + 0.3 * noise if gemma else 1 + 0.2 * noise)
            elif name.endswith("bias"):
                p.copy_(0.2 * noise)
            elif "embed" in name or "lm_head" in name:
                p.copy_((1 if gemma else 2) * noise / p.shape[1] ** 0.5)
            else:
                p.copy_(1.2 * noise / p.shape[1] ** 0.5)


def load(directory):
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def batches(vocabulary, pad, lengths, generator):
    rows = [torch.randint(3, vocabulary, (n,), generator=generator) for n in lengths]
    if pad:
        rows[0][4] = rows[1][9] = pad  # the padding token within a text
    pad, width = pad or 0, max(lengths)
    out = {}
    for side in ("right", "left"):
        ids = torch.full((len(rows), width), pad)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for b, row in enumerate(rows):
            at = slice(0, len(row)) if side == "right" else slice(width - len(row), width)
            ids[b, at], mask[b, at] = row, 1
        out[side] = (ids, mask, (mask.cumsum(1) - 1).clamp(min=0))
    gap = torch.randint(3, vocabulary, (1, 14), generator=generator)
    out["gap"] = (gap, torch.ones_like(gap), torch.tensor([[t if t <= 5 else t + 11 for t in range(14)]]))
    return out


def log_probs(logits, ids):
    return logits[:, :-1].log_softmax(-1).gather(2, ids[:, 1:, None])[..., 0]


def forward(model, cases, tensors):
    """Fills the tensors of padded batches; how much of the logits is rounding, and how far they spread."""
    noise = {}
    for name, (ids, mask, positions) in cases.items():
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=mask, position_ids=positions).logits
        seen = mask[:, :-1] * mask[:, 1:]
        tensors |= {
            f"{name}.input_ids": ids, f"{name}.attention_mask": mask, f"{name}.position_ids": positions,
            f"{name}.logits": logits * mask[..., None], f"{name}.logp": log_probs(logits, ids) * seen, f"{name}.logp_mask": seen}
        if name != "gap":
            alone = 0
            for row, on in enumerate(mask.bool()):
                with torch.no_grad():
                    single = model(input_ids=ids[row : row + 1, on], position_ids=positions[row : row + 1, on]).logits[0]
                alone = max(alone, (single - logits[row, on]).abs().max().item())
            noise[name] = {"max_abs_unpadded_vs_padded": alone, "logit_std": logits[mask.bool()].std().item()}
    return noise


def greedy(model, prompts, pad, new_tokens):
    """Continuations of prompts, one left-padded batch with a KV cache: tokens, log-probabilities, smallest margins."""
    width = max(len(p) for p in prompts)
    ids = torch.tensor([[pad] * (width - len(p)) + p for p in prompts])
    mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    cache, tokens, logps, margin = None, [], [], torch.full((len(prompts),), 1e9)
    for _ in range(new_tokens):
        with torch.no_grad():
            out = model(input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True)
        cache, logits = out.past_key_values, out.logits[:, -1]
        top = logits.topk(2).values
        margin = margin.minimum(top[:, 0] - top[:, 1])
        ids = logits.argmax(-1, keepdim=True)
        tokens.append(ids)
        logps.append(logits.log_softmax(-1).gather(1, ids))
        mask = torch.cat([mask, torch.ones_like(ids)], 1)
        positions = positions[:, -1:] + 1
    return torch.cat(tokens, 1), torch.cat(logps, 1), margin


def training(model, batch, generator, tensors, parameters, full, stored=lambda name: name):
    """Loss, gradients and two steps of AdamW of the parameters by name; those of "full" are kept whole. "stored" gives the
    name by which a parameter is kept."""
    ids, attention, positions = batch
    mask = (attention[:, 1:] * (torch.rand(ids[:, 1:].shape, generator=generator) > 0.2)).float()
    mask[:, :3] = 0
    first = torch.randn(mask.shape, generator=generator)
    tensors |= {"grad.mask": mask, "grad.advantages": first}

    def loss_of(advantages):
        logits = model(input_ids=ids, attention_mask=attention, position_ids=positions).logits
        return -(mask * advantages * log_probs(logits, ids)).sum() / mask.sum()

    parameters, full = {stored(n): p for n, p in parameters.items()}, [stored(n) for n in full]
    optimizer = torch.optim.AdamW(parameters.values(), lr=1e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)

    def total(f):
        return sum(f(p.detach().double()).sum().item() for p in parameters.values())

    adamw = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weight_decay": 0.1, "max_grad_norm": 1.0,
             "n_parameters": sum(p.numel() for p in parameters.values()), "sum_all_before": total(lambda p: p), "steps": []}
    grad = {}
    for step in (1, 2):
        if step == 1:
            advantages = first
        else:
            advantages = torch.randn(mask.shape, generator=generator)
            optimizer.zero_grad()
            loss_of(advantages).backward()
            norm = torch.nn.utils.get_total_norm([p.grad for p in parameters.values()])
            advantages = advantages * (0.6 / norm)
            tensors["grad.advantages2"] = advantages
        optimizer.zero_grad()
        loss = loss_of(advantages)
        loss.backward()
        if step == 1:
            l2 = {n: p.grad.double().norm().item() for n, p in parameters.items()}
            grad = {"loss": loss.item(), "global_norm": sum(v * v for v in l2.values()) ** 0.5, "param_grad_l2": l2,
                    "param_grad_sum": {n: p.grad.double().sum().item() for n, p in parameters.items()}, "full_gradients": full}
            tensors |= {f"grad.param.{n}": parameters[n].grad.clone() for n in full}
        norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0).item()
        assert (norm > 1) == (step == 1), norm
        clip = min(1.0, 1.0 / (norm + 1e-6))
        if step == 1:
            tensors |= {f"adamw.stable.{n}": (parameters[n].grad.abs() >= 1e-5).long() for n in full}
        optimizer.step()
        tensors |= {f"adamw.step{step}.{n}": parameters[n].detach().clone() for n in full}
        adamw["steps"].append({
            "step": step, "loss": loss.item(), "grad_norm_before_clip": norm, "clip_coef": clip, "sum_all_params": total(lambda p: p),
            "sum_sq_all_params": total(lambda p: p * p), "param_sum": {n: p.detach().double().sum().item() for n, p in parameters.items()}})
    return grad, adamw


def make(name, description, target):
    wanted = COMMON | description
    dtype, shards, extra = wanted.pop("dtype", "float32"), wanted.pop("shards", "1GB"), wanted.pop("extra", {})
    lengths, prompt_lengths = wanted.pop("lengths", LENGTHS), wanted.pop("prompts", PROMPTS)
    new_tokens = wanted.pop("new_tokens", NEW_TOKENS)
    directory = os.path.join(target, name)
    for seed in range(1000):
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        generator = torch.Generator().manual_seed(seed)
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**json.loads(json.dumps(wanted))))
        fill(model, generator)
        model.to(getattr(torch, dtype)).save_pretrained(directory, max_shard_size=shards)
        with open(os.path.join(directory, "config.json")) as file:
            config = json.load(file)
        if extra:
            with open(os.path.join(directory, "config.json"), "w") as file:
                json.dump(config | extra, file, indent=2)
        model = load(directory)
        vocabulary = model.config.vocab_size
        pad = model.config.pad_token_id
        cases = batches(vocabulary, pad, lengths, generator)
        prompts = [torch.randint(3, vocabulary, (n,), generator=generator).tolist() for n in prompt_lengths]
        tokens, logps, margins = greedy(model, prompts, pad or 0, new_tokens)
        ends = model.config.eos_token_id
        ended = any(t in (ends if isinstance(ends, list) else [ends]) for t in tokens.flatten().tolist())
        if margins.min() >= MARGIN and not ended and len(set(tokens.flatten().tolist())) > 8:
            break
    else:
        raise SystemExit(f"{name}: no seed gives a clear greedy continuation")
    for b, prompt in enumerate(prompts):
        alone = greedy(load(directory), [prompt], pad or 0, new_tokens)
        assert alone[0][0].equal(tokens[b]) and (alone[1][0] - logps[b]).abs().max() < 1e-5
    tensors = {f"greedy.{b}.logp": logps[b] for b in range(len(prompts))}
    model = load(directory)
    noise = forward(model, cases, tensors)
    os.remove(os.path.join(directory, "generation_config.json"))
    old = legacy(config)
    if old:
        twin = directory + ".legacy"
        shutil.copytree(directory, twin, dirs_exist_ok=True)
        for place in (os.path.join(twin, "config.json"), os.path.join(directory, "config_legacy.json")):
            with open(place, "w") as file:
                json.dump(old, file, indent=2, sort_keys=True)
                file.write("\n")
        again = {}
        forward(load(twin), cases, again)
        assert all(v.equal(tensors[k]) for k, v in again.items()), "the legacy spelling says something else"
        shutil.rmtree(twin)
    parameters = dict(model.named_parameters())
    full = [n for n in ("model.layers.0.self_attn.q_norm.weight", "model.layers.1.self_attn.k_proj.weight", "model.layers.1.self_attn.v_proj.bias",
                        "model.layers.1.post_feedforward_layernorm.weight", "model.embed_tokens.weight", "model.norm.weight") if n in parameters]
    grad, adamw = training(model, cases["right"], generator, tensors, parameters, full)
    tensors = {k: tensors[k].contiguous() for k in sorted(tensors)}
    save_file(tensors, os.path.join(directory, "cases.safetensors"))
    summary = {
        "name": name, "arch": config["model_type"], "seed": seed, "stored_dtype": dtype, "compute_dtype": "float32",
        "generated_with": {"torch": torch.__version__, "transformers": __import__("transformers").__version__,
                           "attn_implementation": "eager", "device": "cpu"},
        "forward": noise,
        "greedy": [{"prompt": p, "continuation": t.tolist(), "min_top2_logit_margin": m.item()}
                   for p, t, m in zip(prompts, tokens, margins)],
        "grad": grad, "adamw": adamw,
        "tensors": {k: {"shape": list(t.shape), "dtype": str(t.dtype).removeprefix("torch.")} for k, t in tensors.items()}}
    with open(os.path.join(directory, "cases.json"), "w") as file:
        json.dump(summary, file, indent=1)
        file.write("\n")
    print(name, "seed", seed, "margin", round(margins.min().item(), 3), "norm", round(grad["global_norm"], 2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=argparse.FileType())
    parser.add_argument("directory")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    models = json.load(arguments.models) if arguments.models else MODELS
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    for model_name in arguments.names or models:
        make(model_name, models[model_name], arguments.directory)
