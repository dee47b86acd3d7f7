/**
 * The model: weights read from and written to a Hugging Face directory, differentiable log-probabilities, and published
 * weight sets for generation. Java owns every array; whole forward passes run in one native call of the TorchScript
 * program in {@code torchscript/policy.py}.
 */
@NullMarked
package dev.hone.policy;

import org.jspecify.annotations.NullMarked;
