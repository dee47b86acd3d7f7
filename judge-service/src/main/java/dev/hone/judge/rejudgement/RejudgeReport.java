package dev.hone.judge.rejudgement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// First verdicts beside second ones, over the episodes that have their second so far.
///
/// @param rejudgement how far the set is
/// @param compared episodes with both
/// @param notStored verdicts of the run that cannot be given again, their episodes having been judged before they were
/// kept
/// @param rightToWrong solved at first, not now
/// @param wrongToRight not solved at first, solved now
/// @param rewardChanged episodes whose reward differs
/// @param meanRewardBefore over episodes that have a reward both times; null if there are none
/// @param meanRewardAfter over the same
/// @param solvedBefore first verdicts that say solved
/// @param solvedAfter second verdicts that say solved
/// @param withoutVerdictBefore episodes that a failure of the judge left without a first verdict
/// @param withoutVerdictAfter episodes that a failure of the judge left without a second verdict
/// @param causes what became of each cause, where it changed
/// @param flipped episodes solved in one and not in the other, a page of them
/// @param next send it as `after` to get the next page of them; null: this was the last
record RejudgeReport(
        Rejudgement rejudgement,
        int compared,
        int notStored,
        int rightToWrong,
        int wrongToRight,
        int rewardChanged,
        @Nullable Double meanRewardBefore,
        @Nullable Double meanRewardAfter,
        int solvedBefore,
        int solvedAfter,
        int withoutVerdictBefore,
        int withoutVerdictAfter,
        List<CauseChange> causes,
        List<Flip> flipped,
        @Nullable String next) {

    /// @param before cause of the first verdict, or the code of the failure in its place
    record CauseChange(String before, String after, int episodes) {}

    /// @param episode `run/purpose/step/group/sample/attempt`
    /// @param rewardBefore null if there was no verdict
    record Flip(
            String episode,
            String causeBefore,
            String causeAfter,
            @Nullable Double rewardBefore,
            @Nullable Double rewardAfter) {}
}
