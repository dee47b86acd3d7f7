package dev.hone.worker;

/// What a file's code is there for.
///
/// @param noun for messages: `workflow`
/// @param guest name of the [dev.hone.worker.inside.Guest] that calls a jar's class, in the jail
/// @param function what a Python file defines: `run`
/// @param signature the same with its parameters, for messages: `run(task, tuner)`
public record Role(String noun, String guest, String function, String signature) {}
