package dev.hone.rollout.workflow;

import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Says before a run begins whether its workflow is there.
@RestController
class PreflightController {

    private static final String KEY = "hone.rollout.user_workflow";

    private final WorkflowCatalog catalog;

    PreflightController(WorkflowCatalog catalog) {
        this.catalog = catalog;
    }

    @PostMapping("/api/v1/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        try {
            catalog.find(config.rollout().userWorkflow());
            return new PreflightReport(List.of());
        } catch (IllegalArgumentException e) {
            return new PreflightReport(List.of(new PreflightReport.Problem(KEY, String.valueOf(e.getMessage()))));
        }
    }
}
