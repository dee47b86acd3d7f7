/**
 * CUDA beyond DJL: streams of their own for threads, and graphs of many launches that are replayed as one. Called through
 * Java's foreign function interface on the libraries that DJL has loaded; on a machine without a GPU nothing here loads.
 */
@NullMarked
package dev.hone.policy.cuda;

import org.jspecify.annotations.NullMarked;
