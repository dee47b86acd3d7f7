package dev.hone.learner.checkpoint;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/// A checkpoint that is listed. Written by [CheckpointRows]' statements.
@Entity
@Table(name = "checkpoint")
class CheckpointRow {
    /// Whose, and after which training step.
    @Embeddable
    record Id(String run, int step) {}

    @EmbeddedId
    private Id id;

    private String directory;
    private String checksum;
    private Instant createdAt;

    protected CheckpointRow() {}
}
