package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.Task;
import dev.hone.task.curriculum.NextTask;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The samples of one task in one phase. It keeps the task, so that an attempt can be issued again whatever became of
/// the dataset's files.
@Entity
@Table(name = "task_group")
class TaskGroup {

    @Id
    private String id;

    @Version
    private @Nullable Integer version;

    private String run;

    @Enumerated(EnumType.STRING)
    private Purpose purpose;

    private int step;
    private int groupNumber;

    @Column(columnDefinition = "text")
    private String task;

    private int samples;
    private int taskIndex;
    private @Nullable Long position;
    private boolean replaced;
    private @Nullable Instant closedAt;

    protected TaskGroup() {}

    /// @param next which task it is, and how it was chosen
    TaskGroup(RunId run, Purpose purpose, int step, int groupNumber, NextTask next, Task task, int samples) {
        this.id = new EpisodeKey(run, purpose, step, groupNumber, 0, 0).groupId();
        this.run = run.value();
        this.purpose = purpose;
        this.step = step;
        this.groupNumber = groupNumber;
        this.task = EventCodec.json().writeValueAsString(task);
        this.samples = samples;
        this.taskIndex = next.index();
        this.position = next.position();
    }

    String id() {
        return id;
    }

    Purpose purpose() {
        return purpose;
    }

    int step() {
        return step;
    }

    int number() {
        return groupNumber;
    }

    Task task() {
        return EventCodec.json().readValue(task, Task.class);
    }

    int samples() {
        return samples;
    }

    boolean closed() {
        return closedAt != null;
    }

    /// @param byAnother whether another task's group takes its place
    void close(Instant at, boolean byAnother) {
        closedAt = at;
        replaced = byAnother;
    }

    EpisodeKey episode(int sample, int attempt) {
        return new EpisodeKey(new RunId(run), purpose, step, groupNumber, sample, attempt);
    }
}
