/// Model directories: what must be right about one before it is trained, and where its policy computes.
@NullMarked
package dev.hone.learner.model;

import org.jspecify.annotations.NullMarked;
