package dev.hone.learner.ledger;

import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;

/// Weights that have generated. Written by [VersionRows]' statements.
@Entity
@Table(name = "policy_version")
class VersionRow {
    /// A version; its checksum tells its incarnations apart.
    @Embeddable
    record Id(String run, int version, String checksum) {}

    @EmbeddedId
    private Id id;

    private Instant updatedAt;

    protected VersionRow() {}

    LedgerVersion version() {
        return new LedgerVersion(id.version(), id.checksum(), updatedAt);
    }
}
