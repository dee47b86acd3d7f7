package dev.hone.task.task;

import java.util.Optional;
import org.springframework.data.repository.Repository;

/// Groups of every run.
interface TaskGroups extends Repository<TaskGroup, String> {

    Optional<TaskGroup> findById(String id);

    TaskGroup save(TaskGroup group);
}
