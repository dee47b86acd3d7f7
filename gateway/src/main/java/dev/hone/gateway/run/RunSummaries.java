package dev.hone.gateway.run;

import java.time.Clock;
import org.springframework.stereotype.Component;

/// What runs came to.
@Component
class RunSummaries {

    private final Curve curve;
    private final LedgerClient ledger;
    private final Clock clock;

    RunSummaries(Curve curve, LedgerClient ledger, Clock clock) {
        this.curve = curve;
        this.ledger = ledger;
        this.clock = clock;
    }

    RunSummary of(Run run) {
        return RunSummary.of(
                run.submittedAt(),
                run.endedAt(),
                clock.instant(),
                curve.rows(run.name()),
                run.config().trainerCommon().passK(),
                ledger.ledger(run.name()));
    }
}
