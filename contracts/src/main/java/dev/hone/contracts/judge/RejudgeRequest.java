package dev.hone.contracts.judge;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `POST /api/v1/runs/{run}/rejudgements` of judge-service: judge stored episodes again. The same request again means
/// the
/// same set of verdicts; what has one there keeps it.
///
/// @param judge how to judge now
/// @param selection which episodes
/// @param label tells sets apart that agree in everything else, for example after a judge's code changed; may be empty
public record RejudgeRequest(JudgeConfig judge, Selection selection, String label) {

    public RejudgeRequest {
        selection = Objects.requireNonNullElse(selection, Selection.ALL);
        label = Objects.requireNonNullElse(label, "");
    }

    /// Conditions that hold together; null: none.
    ///
    /// @param purpose `train` or `eval`
    /// @param fromStep the first step
    /// @param toStep the last step
    /// @param cause of the first verdict, or the code of the failure in its place
    /// @param success whether the first verdict was one
    public record Selection(
            @Nullable String purpose,
            @Nullable Integer fromStep,
            @Nullable Integer toStep,
            @Nullable String cause,
            @Nullable Boolean success) {

        /// Every episode of the run.
        public static final Selection ALL = new Selection(null, null, null, null, null);

        public Selection {
            if (purpose != null && !Set.of("train", "eval").contains(purpose)) {
                throw new InvalidConfigException("purpose", "is '" + purpose + "'; choose train or eval.");
            }
            if (fromStep != null && toStep != null && fromStep > toStep) {
                throw new InvalidConfigException(
                        "from_step", "is " + fromStep + ", behind to_step " + toStep + "; swap them.");
            }
        }
    }
}
