/// A conversation as tokens and back: the model's tokenizer, its chat template, and what each turn adds.
/// Reads the files of a Hugging Face directory (`tokenizer.json`, `tokenizer_config.json`,
/// `chat_template.jinja`, `generation_config.json`).
@NullMarked
package dev.hone.policy.chat;

import org.jspecify.annotations.NullMarked;
