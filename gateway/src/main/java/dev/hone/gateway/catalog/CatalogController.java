package dev.hone.gateway.catalog;

import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.task.DatasetList;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Catalog")
class CatalogController {

    private final ServiceCalls services;
    private final RunLookup runs;

    CatalogController(ServiceCalls services, RunLookup runs) {
        this.services = services;
        this.runs = runs;
    }

    @Operation(
            summary = "Where tasks can come from, and the datasets that runs have read: size, splits, settings, runs",
            description = "Of the 500 runs that changed last.")
    @GetMapping("/api/v1/datasets")
    DatasetList datasets() {
        DatasetList all =
                services.get("task-service", services.services().task().resolve("/api/v1/datasets"), DatasetList.class);
        return Caller.current().everywhere()
                ? all
                : new DatasetList(
                        all.types(),
                        all.formats(),
                        all.datasets().stream()
                                .map(this::ofTheCaller)
                                .filter(dataset -> !dataset.runs().isEmpty())
                                .toList());
    }

    private DatasetList.Dataset ofTheCaller(DatasetList.Dataset dataset) {
        return new DatasetList.Dataset(
                dataset.fingerprint(),
                dataset.trainingTasks(),
                dataset.validationTasks(),
                dataset.settings(),
                runs.visible(dataset.runs()));
    }

    @Operation(summary = "Judges that a run can name, and the defaults of `task_judge`")
    @GetMapping("/api/v1/judges")
    JudgeList judges() {
        return services.get("judge-service", services.services().judge().resolve("/api/v1/judges"), JudgeList.class);
    }
}
