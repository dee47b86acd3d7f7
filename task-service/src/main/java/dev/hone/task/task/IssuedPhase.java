package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.Phase;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A phase whose episodes are handed out.
@Entity
@Table(name = "issued_phase")
class IssuedPhase {

    @Id
    private String id;

    @Version
    private @Nullable Integer version;

    private String run;

    @Enumerated(EnumType.STRING)
    private Purpose purpose;

    private int step;
    private int groupCount;
    private boolean last;
    private Instant issuedAt;
    private @Nullable Instant completedAt;

    protected IssuedPhase() {}

    IssuedPhase(RunId run, Phase phase, Instant issuedAt) {
        this.id = id(run, phase.purpose(), phase.step());
        this.run = run.value();
        this.purpose = phase.purpose();
        this.step = phase.step();
        this.groupCount = phase.groups();
        this.last = phase.last();
        this.issuedAt = issuedAt;
    }

    static String id(RunId run, Purpose purpose, int step) {
        return run + "/" + purpose.label() + "/" + step;
    }

    Phase phase() {
        return new Phase(purpose, step, groupCount, last);
    }

    boolean complete() {
        return completedAt != null;
    }

    void completed(Instant at) {
        completedAt = at;
    }
}
