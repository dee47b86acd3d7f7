package dev.hone.policy;

import ai.djl.ndarray.NDArray;

/**
 * A master weight.
 *
 * @param name Hugging Face's name
 * @param array float32, gradient attached, owned by the policy; update it in place
 */
public record Parameter(String name, NDArray array) {}
