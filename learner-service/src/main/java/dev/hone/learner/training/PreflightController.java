package dev.hone.learner.training;

import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.learner.model.ModelDirectory;
import dev.hone.learner.model.Placement;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `POST /api/v1/preflight`: whether the learner could train this, found without loading or writing anything.
@RestController
class PreflightController {
    private final LearnerProperties properties;

    PreflightController(LearnerProperties properties) {
        this.properties = properties;
    }

    @PostMapping("/api/v1/preflight")
    PreflightReport preflight(@RequestBody RunConfig config) {
        List<PreflightReport.Problem> problems = new ArrayList<>();
        String path = config.model().path();
        if (path.isEmpty()) {
            problems.add(new PreflightReport.Problem(
                    "hone.model.path", "is empty; name a model folder as Hugging Face lays it out."));
        } else {
            ModelDirectory.problem(Path.of(path))
                    .ifPresent(problem -> problems.add(new PreflightReport.Problem("hone.model.path", problem)));
        }
        String adapter = config.model().adapter();
        if (!adapter.isEmpty()) {
            ModelDirectory.adapterProblem(
                            Path.of(adapter), config.trainerCommon().lora())
                    .ifPresent(problem -> problems.add(new PreflightReport.Problem("hone.model.adapter", problem)));
        }
        String output = config.trainerCommon().outputDir();
        if (!output.isEmpty() && !config.trainerCommon().valOnly()) {
            OutputFolder.problem(Path.of(output), config.experimentName())
                    .ifPresent(problem ->
                            problems.add(new PreflightReport.Problem("hone.trainer_common.output_dir", problem)));
        }
        try {
            PolicyOptions options = Placement.of(
                    config.trainerCommon().device(), config.trainerCommon().computeType());
            memory(config, options).ifPresent(problems::add);
        } catch (IllegalArgumentException e) {
            problems.add(new PreflightReport.Problem("hone.trainer_common.device", String.valueOf(e.getMessage())));
        }
        return new PreflightReport(problems);
    }

    private Optional<PreflightReport.Problem> memory(RunConfig config, PolicyOptions options) {
        OptionalLong available = MemoryCheck.available(options.device(), properties);
        if (available.isEmpty()) {
            return Optional.empty();
        }
        try {
            ModelConfig model = ModelConfig.read(Path.of(config.model().path()));
            return MemoryCheck.problem(MemoryCheck.workload(config, model, options, properties), available.getAsLong());
        } catch (IOException | UnsupportedModelException e) {
            return Optional.empty(); // A problem of the folder, which is told above.
        }
    }
}
