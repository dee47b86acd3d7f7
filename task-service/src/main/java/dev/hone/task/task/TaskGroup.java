package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.Task;
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
    private @Nullable Instant closedAt;

    protected TaskGroup() {}

    TaskGroup(RunId run, Purpose purpose, int step, int groupNumber, Task task, int samples) {
        this.id = new EpisodeKey(run, purpose, step, groupNumber, 0, 0).groupId();
        this.run = run.value();
        this.purpose = purpose;
        this.step = step;
        this.groupNumber = groupNumber;
        this.task = EventCodec.json().writeValueAsString(task);
        this.samples = samples;
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

    void close(Instant at) {
        closedAt = at;
    }

    EpisodeKey episode(int sample, int attempt) {
        return new EpisodeKey(new RunId(run), purpose, step, groupNumber, sample, attempt);
    }
}
