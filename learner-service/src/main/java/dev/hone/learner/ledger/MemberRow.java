package dev.hone.learner.ledger;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.learner.batch.TrainedEpisode;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.springframework.data.domain.Persistable;

/// A sample that an update was made of. Rows are added and never changed.
@Entity
@Table(name = "ledger_member")
class MemberRow implements Persistable<SampleId> {
    @EmbeddedId
    private SampleId id;

    private int attempt;
    private int position;
    private double advantage;

    protected MemberRow() {}

    MemberRow(TrainedEpisode member, int position) {
        this.id = SampleId.of(member.key());
        this.attempt = member.key().attempt();
        this.position = position;
        this.advantage = member.advantage();
    }

    TrainedEpisode member(RunId run) {
        return new TrainedEpisode(
                new EpisodeKey(run, Purpose.TRAIN, id.step(), id.groupIndex(), id.sample(), attempt), advantage);
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
