package dev.hone.learner.episode;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// An attempt that ended. Written by [EpisodeRows]' statements.
@Entity
@Table(name = "episode")
class EpisodeRow {
    @EmbeddedId
    private EpisodeId id;

    private boolean failed;
    private byte @Nullable [] trajectory;
    private String usage;
    private int malformedCalls;

    protected EpisodeRow() {}
}
