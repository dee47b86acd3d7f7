package dev.hone.task.task;

import java.util.Set;

/// What became of one attempt at a sample.
enum EpisodeState {
    /// Handed out; its lease runs.
    ISSUED(false),
    /// Has the sample's verdict.
    JUDGED(false),
    /// Ended with a failure; about to be issued again or given up.
    FAILED(false),
    /// Its lease ran out. The next attempt is issued, but a verdict that comes first still counts.
    EXPIRED(false),
    /// The update was made of it.
    TRAINED(true),
    /// An evaluation counted it.
    EVALUATED(true),
    /// Judged, but left out of the update.
    SKIPPED(true),
    /// Another attempt at the sample counts.
    SUPERSEDED(true),
    /// The sample has no verdict and gets none.
    GIVEN_UP(true);

    /// The sample has its one verdict.
    static final Set<EpisodeState> WITH_VERDICT = Set.of(JUDGED, TRAINED, EVALUATED, SKIPPED);

    private final boolean terminal;

    EpisodeState(boolean terminal) {
        this.terminal = terminal;
    }

    boolean terminal() {
        return terminal;
    }

    boolean hasVerdict() {
        return WITH_VERDICT.contains(this);
    }
}
