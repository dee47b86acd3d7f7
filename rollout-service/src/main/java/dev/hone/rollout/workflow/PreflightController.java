package dev.hone.rollout.workflow;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.OutsideModel;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Says before a run begins whether its workflow and the key for untrained agents are there.
@RestController
class PreflightController {

    private static final String KEY = "hone.rollout.user_workflow";

    private final WorkflowCatalog catalog;
    private final FileWorkflows files;

    private final Outbound outbound;

    PreflightController(WorkflowCatalog catalog, FileWorkflows files, Outbound outbound) {
        this.catalog = catalog;
        this.files = files;
        this.outbound = outbound;
    }

    @PostMapping("/api/v1/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        List<PreflightReport.Problem> problems = new ArrayList<>();
        problem(config.rollout().userWorkflow())
                .ifPresent(text -> problems.add(new PreflightReport.Problem(KEY, text)));
        try {
            OutsideModel other = config.rollout().untrainedModel();
            if (other.active()) {
                outbound.require("hone.rollout.untrained_model.base_url", URI.create(other.baseUrl()));
            }
            other.key().read(System::getenv);
        } catch (InvalidConfigException e) {
            String message = String.valueOf(e.getMessage());
            problems.add(new PreflightReport.Problem(
                    e.key(), message.substring(e.key().length() + 1)));
        }
        return new PreflightReport(problems);
    }

    private Optional<String> problem(String workflow) {
        try {
            if (FileWorkflows.isFile(workflow)) {
                return files.problem(workflow);
            }
            catalog.find(workflow);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
