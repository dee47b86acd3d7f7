package dev.hone.learner.ledger;

import dev.hone.contracts.learner.TrainedTokens;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.springframework.data.domain.Persistable;

/// What an update knew of a member's tokens. Rows are added and never changed.
@Entity
@Table(name = "ledger_tokens")
class TokensRow implements Persistable<SampleId> {
    @EmbeddedId
    private SampleId id;

    private byte[] tokens;

    protected TokensRow() {}

    TokensRow(LedgerMember member) {
        this.id = SampleId.of(member.episode().key());
        this.tokens = member.tokens().encode();
    }

    TrainedTokens tokens() {
        return TrainedTokens.decode(tokens);
    }

    @Override
    public SampleId getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return true;
    }
}
