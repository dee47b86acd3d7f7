package dev.hone.policy;

import ai.djl.ndarray.NDArray;

/**
 * A master weight, or an adapter.
 *
 * @param name Hugging Face's name; of an adapter PEFT's
 * @param array float32, with a gradient if it is trained, owned by the policy; update it in place
 */
public record Parameter(String name, NDArray array) {}
