package dev.hone.task.curriculum;

import org.jspecify.annotations.Nullable;

/// A task that was chosen.
///
/// @param index in its split
/// @param position in the [TaskOrder]; null if it was not the order's turn that chose it
public record NextTask(int index, @Nullable Long position) {}
