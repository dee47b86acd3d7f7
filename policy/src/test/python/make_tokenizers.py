"""Writes two small tokenizers whose tokens end within characters, to src/test/resources/dev/hone/policy/chat:
"bytelevel" (byte-level BPE whose merges join the end of one character with the beginning of the next) and "fallback"
(SentencePiece's kind: a mark for spaces, byte tokens for characters that are not in the vocabulary).

  pip install -r requirements.txt && python make_tokenizers.py ../resources/dev/hone/policy/chat
"""

import json
import os
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

TEXT = "中文你好 世界😀😀é"


def byte_level():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {symbol: i for i, symbol in enumerate(alphabet)}
    merges = []
    encoded = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(TEXT)[0][0]
    # Pairs that begin with the second byte of a character, so that they reach into the next one.
    for i in range(2, len(encoded) - 2, 3):
        for pair in ((encoded[i], encoded[i + 1]), (encoded[i] + encoded[i + 1], encoded[i + 2])):
            if "".join(pair) not in vocabulary:
                vocabulary["".join(pair)] = len(vocabulary)
                merges.append(pair)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def fallback():
    pieces = ["<unk>"] + [f"<0x{b:02X}>" for b in range(256)] + list("▁abcdefghijklmnopqrstuvwxyz.,!é中") + ["▁t", "he", "▁the"]
    merges = [("▁", "t"), ("h", "e"), ("▁t", "he")]
    tokenizer = Tokenizer(models.BPE(vocab={p: i for i, p in enumerate(pieces)}, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


for name, tokenizer in (("bytelevel", byte_level()), ("fallback", fallback())):
    directory = os.path.join(sys.argv[1], name)
    os.makedirs(directory, exist_ok=True)
    content = json.loads(tokenizer.to_str())
    with open(os.path.join(directory, "tokenizer.json"), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.write("\n")
    with open(os.path.join(directory, "generation_config.json"), "w") as file:
        file.write('{"eos_token_id": 0}\n')
    for text in (TEXT, "the é 中 😀", "👨‍👩‍👧 e\u0301 the"):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        print(name, len(ids), [tokenizer.id_to_token(i) for i in ids][:24], repr(tokenizer.decode(ids)))
