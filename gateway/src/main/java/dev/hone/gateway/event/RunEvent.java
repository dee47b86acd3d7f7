package dev.hone.gateway.event;

/// A line of a run's log.
///
/// @param id grows with every event of the run; `Last-Event-ID`
/// @param type `run`, `step`, `evaluation` or `progress`
/// @param data JSON
public record RunEvent(long id, String type, String data) {}
