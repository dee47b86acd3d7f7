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
    private final FileWorkflows files;

    PreflightController(WorkflowCatalog catalog, FileWorkflows files) {
        this.catalog = catalog;
        this.files = files;
    }

    @PostMapping("/api/v1/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        String name = config.rollout().userWorkflow();
        try {
            if (FileWorkflows.isFile(name)) {
                return new PreflightReport(files.problem(name).stream()
                        .map(problem -> new PreflightReport.Problem(KEY, problem))
                        .toList());
            }
            catalog.find(name);
            return new PreflightReport(List.of());
        } catch (IllegalArgumentException e) {
            return new PreflightReport(List.of(new PreflightReport.Problem(KEY, String.valueOf(e.getMessage()))));
        }
    }
}
