package dev.hone.judge.rejudgement;

import dev.hone.contracts.judge.RejudgeRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A set of second verdicts and how far it is.
///
/// @param id follows from run and request
/// @param failure why it ended before its end; null if it did not
/// @param episodes how many it is about
/// @param judged how many have their verdict
/// @param waitingFor what its judge needs and does not get; null: nothing
record Rejudgement(
        String id,
        String run,
        RejudgeRequest request,
        State state,
        @Nullable String failure,
        int episodes,
        int judged,
        @Nullable String waitingFor,
        Instant startedAt,
        @Nullable Instant endedAt) {

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    Rejudgement waitingFor(@Nullable String reason) {
        return new Rejudgement(id, run, request, state, failure, episodes, judged, reason, startedAt, endedAt);
    }
}
