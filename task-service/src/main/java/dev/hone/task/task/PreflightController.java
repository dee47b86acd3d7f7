package dev.hone.task.task;

import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.task.dataset.DatasetReader;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `POST /api/v1/preflight`: whether the dataset can be used, found by reading all of it.
@RestController
class PreflightController {

    private final DatasetReader reader;

    PreflightController(DatasetReader reader) {
        this.reader = reader;
    }

    @PostMapping("/api/v1/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        return switch (Preparation.of(reader, config)) {
            case Preparation.Ready ready -> new PreflightReport(List.of());
            case Preparation.Unusable unusable -> new PreflightReport(List.of(unusable.problem()));
        };
    }
}
