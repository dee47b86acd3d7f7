package dev.hone.contracts;

/// Why something did not work, in a form that can be counted, decided on and read.
///
/// @param code short and stable, lower case with dashes, for example `generate-timeout`; count by it
/// @param message what happened, with the values, then what to do
/// @param retryable whether trying again can help
public record Failure(String code, String message, boolean retryable) {}
