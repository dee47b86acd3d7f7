"""Writes src/test/resources/dev/hone/policy/rotary.json: inverse frequencies and attention factors as Transformers computes
them from config.json entries, at timelines of several lengths.

  pip install -r requirements.txt && python make_rotary.py ../resources/dev/hone/policy/rotary.json
"""

import json
import sys

from transformers import AutoConfig, logging
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

BASE = dict(model_type="llama", hidden_size=64, num_attention_heads=4, max_position_embeddings=128)
GEMMA = dict(model_type="gemma3_text", hidden_size=64, num_attention_heads=4, head_dim=16, max_position_embeddings=128)
YARN = dict(type="yarn", factor=4.0, original_max_position_embeddings=32)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)
SHORT, LONG = [1.0, 1.1, 1.2, 1.4, 1.6, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0]
LONGROPE = dict(rope_type="longrope", short_factor=SHORT, long_factor=LONG, original_max_position_embeddings=32)
CONFIGURATIONS = [
    BASE | dict(rope_theta=12345.0),
    BASE | dict(rope_scaling=dict(type="linear", factor=3.0), rope_theta=500000.0),
    BASE | dict(rope_parameters=dict(rope_type="linear", factor=3, rope_theta=500000)),
    BASE | dict(rope_scaling=dict(type="dynamic", factor=2.0)),
    BASE | dict(rope_scaling=dict(rope_type="dynamic", factor=5.5), head_dim=32, rope_theta=1000000.0),
    BASE | dict(rope_scaling=YARN),
    BASE | dict(rope_scaling=YARN | dict(factor=None)),
    BASE | dict(rope_scaling=YARN | dict(factor=0.5), rope_theta=1e6, head_dim=32),
    BASE | dict(rope_scaling=YARN | dict(attention_factor=1.7, beta_fast=8.0, beta_slow=2.0)),
    BASE | dict(rope_scaling=YARN | dict(mscale=0.707, mscale_all_dim=0.5, truncate=False)),
    BASE | dict(rope_scaling=YARN | dict(beta_fast=2.0, beta_slow=2.0), original_max_position_embeddings=48),
    BASE | dict(rope_scaling=dict(rope_type="yarn", factor=2.0)),
    BASE | dict(rope_scaling=LLAMA3, rope_theta=500000.0),
    BASE | dict(rope_scaling=LLAMA3 | dict(low_freq_factor=2.0, high_freq_factor=3.0), rope_theta=100.0, head_dim=128),
    BASE | dict(rope_scaling=LONGROPE),
    BASE | dict(rope_scaling=LONGROPE | dict(factor=8.0)),
    BASE | dict(rope_scaling=LONGROPE | dict(attention_factor=1.25), original_max_position_embeddings=64),
    BASE | dict(rope_parameters=dict(rope_type="proportional", rope_theta=10000.0, partial_rotary_factor=0.3, factor=2.0)),
    GEMMA,
    GEMMA | dict(rope_scaling=dict(rope_type="linear", factor=8.0), rope_theta=2000.0, rope_local_base_freq=300.0),
    GEMMA | dict(rope_parameters=dict(full_attention=YARN | dict(rope_type="yarn"), sliding_attention=LLAMA3 | dict(rope_theta=77.0))),
]


def main():
    logging.set_verbosity_error()
    cases = []
    for entries in CONFIGURATIONS:
        config = AutoConfig.for_model(**json.loads(json.dumps(entries)))
        for kind in ("full_attention", "sliding_attention") if "gemma" in entries["model_type"] else (None,):
            parameters = config.rope_parameters[kind] if kind else config.rope_parameters
            for length in (32, 100, 128, 200):
                type_ = parameters["rope_type"]
                if type_ == "default":
                    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
                    from transformers.models.gemma3.modeling_gemma3 import Gemma3RotaryEmbedding
                    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
                    if kind:
                        frequencies, factor = Gemma3RotaryEmbedding.compute_default_rope_parameters(config, layer_type=kind)
                    else:
                        frequencies, factor = LlamaRotaryEmbedding.compute_default_rope_parameters(config)
                    assert len(frequencies) == size // 2
                else:
                    frequencies, factor = ROPE_INIT_FUNCTIONS[type_](config, "cpu", seq_len=length, layer_type=kind)
                cases.append({"config": entries, "layers": kind, "length": length, "frequencies": frequencies.tolist(), "factor": factor})
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
