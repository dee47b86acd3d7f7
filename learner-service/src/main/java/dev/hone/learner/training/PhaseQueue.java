package dev.hone.learner.training;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.episode.Arrivals;
import dev.hone.learner.episode.ClosedGroups;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.ledger.Ledger;
import dev.hone.learner.run.Runs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// What a run has to do next.
@Component
class PhaseQueue {
    private final Runs runs;
    private final ClosedGroups groups;
    private final Ledger ledger;
    private final Arrivals arrivals;
    private final LearnerProperties properties;

    PhaseQueue(Runs runs, ClosedGroups groups, Ledger ledger, Arrivals arrivals, LearnerProperties properties) {
        this.runs = runs;
        this.groups = groups;
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.properties = properties;
    }

    /// Whether the run is cancelled, or over for another reason.
    boolean ended(RunId run) {
        return runs.find(run).map(known -> known.state().terminal()).orElse(true);
    }

    /// Whether the run's last phase is done.
    boolean finished(RunId run) {
        return ledger.finished(run);
    }

    /// The phase that is due, once everything of it is there.
    ///
    /// @param version of the weights: training steps done
    Optional<CompletePhase> next(RunId run, int version) {
        List<Phase> due = groups.due(run);
        if (due.isEmpty()) {
            return Optional.empty();
        }
        Phase first = due.getFirst();
        int step = first.purpose() == Purpose.TRAIN ? version + 1 : version;
        return first.step() > step ? Optional.empty() : groups.load(run, first);
    }

    /// Waits until something has arrived, or so long.
    void await(Duration atMost) throws InterruptedException {
        arrivals.await(atMost.toMillis());
    }

    /// Waits until something has arrived, or a while.
    void await() throws InterruptedException {
        arrivals.await(properties.poll().toMillis());
    }
}
