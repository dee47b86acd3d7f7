package dev.hone.contracts.task;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/runs/{run}/ledger` of task-service: what became of every episode. For either purpose
/// `samples = open + judged + givenUp`, and `judged = trained + evaluated + skipped` once the run is complete.
///
/// @param run which
/// @param state of the run as task-service sees it
/// @param reason why it failed or was cancelled; null otherwise
/// @param train training episodes
/// @param eval evaluation episodes, never trained on
public record LedgerReport(
        RunId run, RunState state, @Nullable String reason, Counts train, Counts eval) {

    /// Episodes of one purpose.
    ///
    /// @param samples issued, however often each was tried
    /// @param attempts issued in all
    /// @param open samples without a verdict that are not given up
    /// @param judged samples with a verdict, whatever was made of it
    /// @param givenUp samples without a verdict that get none
    /// @param trained judged samples that an update was made of
    /// @param evaluated judged samples that an evaluation counted
    /// @param skipped judged samples that were left out of the update
    /// @param superseded attempts that do not count because another one does
    /// @param reasons of `given_up`, `skipped`, `superseded` attempts: by state, how often which code
    public record Counts(
            long samples,
            long attempts,
            long open,
            long judged,
            long givenUp,
            long trained,
            long evaluated,
            long skipped,
            long superseded,
            Map<String, Map<String, Long>> reasons) {

        public Counts {
            reasons = Map.copyOf(reasons);
        }
    }
}
