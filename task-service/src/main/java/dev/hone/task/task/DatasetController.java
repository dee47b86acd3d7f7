package dev.hone.task.task;

import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.task.DatasetList;
import dev.hone.task.dataset.DatasetReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.data.domain.Limit;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /api/v1/datasets`.
@RestController
class DatasetController {

    /// So many of the newest runs are looked at.
    private static final int RUNS = 500;

    private final Runs runs;

    DatasetController(Runs runs) {
        this.runs = runs;
    }

    /// What tells datasets apart.
    private record Key(String fingerprint, TaskReaderConfig settings) {}

    @GetMapping("/api/v1/datasets")
    DatasetList datasets() {
        Map<Key, List<Run>> found = new LinkedHashMap<>();
        for (Run run : runs.findByDatasetFingerprintIsNotNullOrderByUpdatedAtDesc(Limit.of(RUNS))) {
            run.config()
                    .ifPresent(config -> found.computeIfAbsent(
                                    new Key(run.datasetFingerprint(), config.taskReader()), key -> new ArrayList<>())
                            .add(run));
        }
        List<DatasetList.Dataset> datasets = new ArrayList<>();
        found.forEach((key, readers) -> datasets.add(new DatasetList.Dataset(
                key.fingerprint(),
                readers.getFirst().trainingTasks(),
                readers.getFirst().validationTasks(),
                key.settings(),
                readers.stream().map(run -> run.id().value()).toList())));
        return new DatasetList(TaskReaderConfig.TYPES, DatasetReader.FORMATS, datasets);
    }
}
