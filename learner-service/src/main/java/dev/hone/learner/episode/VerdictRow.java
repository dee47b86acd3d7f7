package dev.hone.learner.episode;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/// A verdict on an attempt. Written by [EpisodeRows]' statements.
@Entity
@Table(name = "verdict")
class VerdictRow {
    @EmbeddedId
    private EpisodeId id;

    private double reward;
    private boolean success;
    private String habits;

    protected VerdictRow() {}
}
