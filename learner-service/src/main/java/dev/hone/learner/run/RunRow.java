package dev.hone.learner.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A run. Written by [RunRows]' statements; read here.
@Entity
@Table(name = "run")
class RunRow {
    @Id
    private String run;

    @Column(insertable = false, updatable = false)
    private long position;

    @Enumerated(EnumType.STRING)
    private RunState state;

    private @Nullable String config;
    private @Nullable String failureCode;
    private @Nullable String failureMessage;
    private Instant updatedAt;

    protected RunRow() {}

    /// The run, of a row that has a configuration.
    KnownRun known() {
        return new KnownRun(
                new RunId(run), state, EventCodec.json().readValue(Objects.requireNonNull(config), RunConfig.class));
    }
}
