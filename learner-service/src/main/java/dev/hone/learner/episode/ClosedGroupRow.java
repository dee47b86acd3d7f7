package dev.hone.learner.episode;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.task.GroupClosed;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Comparator;
import java.util.List;
import tools.jackson.core.type.TypeReference;

/// A group that is closed. Written by [ClosedGroups]; read here.
@Entity
@Table(name = "closed_group")
class ClosedGroupRow {
    /// Which group.
    @Embeddable
    record Id(String run, String purpose, int step, int groupIndex) {}

    @EmbeddedId
    private Id id;

    private int phaseGroups;
    private boolean last;
    private String members;
    private int givenUp;
    private boolean replaced;

    protected ClosedGroupRow() {}

    int index() {
        return id.groupIndex();
    }

    int givenUp() {
        return givenUp;
    }

    boolean replaced() {
        return replaced;
    }

    /// By sample.
    List<GroupClosed.Member> members() {
        List<GroupClosed.Member> read =
                EventCodec.json().readValue(members, new TypeReference<List<GroupClosed.Member>>() {});
        return read.stream()
                .sorted(Comparator.comparingInt(GroupClosed.Member::sample))
                .toList();
    }
}
