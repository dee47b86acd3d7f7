package dev.hone.learner.follow;

import java.util.Locale;

/// Why weights were not taken.
enum Refusal {
    /// They were read whole and are not what was announced.
    CHECKSUM,
    /// The file is none of this model's, or is damaged.
    DAMAGED,
    /// The learner has newer ones, or another incarnation of them.
    GONE,
    /// The learner has not got that far, or is still writing them.
    NOT_YET,
    /// The learner did not answer, or the connection broke.
    UNREACHABLE,
    /// They did not come within `hone.policy-server.fetch-timeout`.
    TIMEOUT,
    /// This machine cannot run them.
    UNUSABLE;

    /// Its name as a metric's label.
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
