#!/usr/bin/env python3
"""Trains the tokenizer of the example's tiny model and writes model-init/. Needs: pip install tokenizers jinja2

Byte-level BPE over the rendered traces: any text has tokens, digits stand alone, and the fixed header of every prompt (system
prompt, tool section) is one token each, which keeps an episode at about 140 tokens.
"""
import json
import os
import re

import jinja2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "model-init")
VOCABULARY = 1024
SYSTEM = (
    "You solve math problems with a Python tool. Write code that prints the result, read the result, "
    "then give the final answer in \\boxed{}."
)
TOOL = {
    "type": "function",
    "function": {
        "name": "execute_python_code",
        "description": "Runs Python code and returns what it prints.",
        "parameters": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "Python code"}},
            "required": ["code"],
        },
    },
}
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TAGS = ["<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
CALL = '{"name": "execute_python_code", "arguments": {"code": "'
WORDS = (  # Qwen2's: words with the space or sign before them, single digits, signs, line breaks
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CONFIG = {
    "architectures": ["Qwen2ForCausalLM"],
    "model_type": "qwen2",
    "vocab_size": VOCABULARY,
    "hidden_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "num_key_value_heads": 1,
    "intermediate_size": 288,
    "hidden_act": "silu",
    "max_position_embeddings": 2048,
    "rope_theta": 10000.0,
    "rms_norm_eps": 1e-06,
    "initializer_range": 0.06,
    "attention_dropout": 0.0,
    "tie_word_embeddings": True,
    "use_cache": True,
    "use_sliding_window": False,
    "torch_dtype": "bfloat16",
}


def template():
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    with open(os.path.join(OUT, "chat_template.jinja"), encoding="utf-8") as file:
        source = file.read()
    return source, environment.from_string(source)


def write(name, value):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def main():
    source, chat = template()
    with open(os.path.join(HERE, "data", "traces.jsonl"), encoding="utf-8") as file:
        traces = [json.loads(line)["messages"] for line in file]
    system = [{"role": "system", "content": SYSTEM}]
    rendered = [chat.render(messages=system + messages, tools=[TOOL]) for messages in traces]
    header = chat.render(messages=system, tools=[TOOL])
    tools = header[header.index(SYSTEM) + len(SYSTEM) : header.rindex("<|im_end|>")]

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    phrases = TAGS + [SYSTEM, tools, CALL]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(phrases),
        special_tokens=CONTROL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    # The phrases are tokens already, so the merges go to the text between them.
    fixed = re.compile("|".join(re.escape(p) for p in sorted(phrases + CONTROL, key=len, reverse=True)))
    tokenizer.train_from_iterator((piece for text in rendered for piece in fixed.split(text)), trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in CONTROL])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in phrases])
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    tokenizer.save(os.path.join(OUT, "tokenizer.json"))

    ids = {t: tokenizer.token_to_id(t) for t in CONTROL}
    write(
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "add_bos_token": False,
            "bos_token": None,
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "unk_token": None,
            "clean_up_tokenization_spaces": False,
            "model_max_length": CONFIG["max_position_embeddings"],
            "added_tokens_decoder": {
                str(tokenizer.token_to_id(t)): {
                    "content": t,
                    "lstrip": False,
                    "normalized": False,
                    "rstrip": False,
                    "single_word": False,
                    "special": t in CONTROL,
                }
                for t in CONTROL + phrases
            },
            "chat_template": source,
        },
    )
    write("special_tokens_map.json", {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"})
    tokens = {"bos_token_id": None, "eos_token_id": ids["<|im_end|>"], "pad_token_id": ids["<|endoftext|>"]}
    write("config.json", {**CONFIG, **tokens})
    write("generation_config.json", {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0, **tokens})

    def count(messages, **options):
        return len(tokenizer.encode(chat.render(messages=system + messages, tools=[TOOL], **options)).ids)

    prompts = [count(messages[:1], add_generation_prompt=True) for messages in traces]
    episodes = [count(messages) for messages in traces]
    for name, counts in (("prompt", prompts), ("episode", episodes)):
        print("%-8s %.1f tokens, longest %d" % (name, sum(counts) / len(counts), max(counts)))


if __name__ == "__main__":
    main()
