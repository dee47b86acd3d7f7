package dev.hone.gateway.catalog;

import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.task.DatasetList;
import dev.hone.gateway.preflight.ServiceCalls;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Catalog")
class CatalogController {

    private final ServiceCalls services;

    CatalogController(ServiceCalls services) {
        this.services = services;
    }

    @Operation(
            summary = "Where tasks can come from, and the datasets that runs have read: size, splits, settings, runs",
            description = "Of the 500 runs that changed last.")
    @GetMapping("/api/v1/datasets")
    DatasetList datasets() {
        return services.get("task-service", services.services().task().resolve("/api/v1/datasets"), DatasetList.class);
    }

    @Operation(summary = "Judges that a run can name, and the defaults of `task_judge`")
    @GetMapping("/api/v1/judges")
    JudgeList judges() {
        return services.get("judge-service", services.services().judge().resolve("/api/v1/judges"), JudgeList.class);
    }
}
