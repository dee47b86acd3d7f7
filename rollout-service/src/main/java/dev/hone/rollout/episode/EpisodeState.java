package dev.hone.rollout.episode;

/// Where an attempt stands.
enum EpisodeState {
    /// Waits for a worker.
    QUEUED,
    /// A worker has it, as long as its lease lasts; then it counts as queued again.
    RUNNING,
    /// It came to an end, good or bad.
    FINISHED,
    /// Its run was cancelled, or the next attempt came while it waited.
    DROPPED
}
