package dev.hone.gateway.page;

import dev.hone.contracts.run.PreflightReport;
import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.RunBoard;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// `/submit`: a run's file, checked as it is written by what would check it when it is submitted.
@Controller
@Hidden
class SubmitPage {

    private static final String EXAMPLE = """
        hone:
          project_name: math-agent
          task_reader:
            dataset_file:
              training: {file_path: examples/math-agent/data/train.jsonl}
              validation: {file_path: examples/math-agent/data/test.jsonl}
            max_validation_tasks: 64
          model:
            path: examples/math-agent/model
          rollout:
            user_workflow: math_agent
            num_repeat: 8
            max_response_length_in_one_turn: 128
            max_model_len: 512
          data:
            train_batch_size: 16
          trainer_common:
            total_training_steps: 30
            optim: {lr: 1.5e-4}
        """;

    private final RunBoard board;

    SubmitPage(RunBoard board) {
        this.board = board;
    }

    /// What is wrong, and where.
    ///
    /// @param line in the file, from 1; null where it is not in the file
    record Finding(String key, String message, @Nullable Integer line) {}

    /// @param from a run whose file to begin with
    @GetMapping("/submit")
    String page(@RequestParam(required = false) @Nullable String from, Model model) {
        model.addAttribute("from", from);
        model.addAttribute(
                "file",
                from == null ? EXAMPLE : ConfigFile.again(board.view(from).config()));
        return "submit";
    }

    /// What would stop the run, as a part of the page.
    @PostMapping("/submit/check")
    String check(@RequestParam String file, Model model) {
        try {
            model.addAttribute("checked", board.check(file));
        } catch (ApiException e) {
            model.addAttribute("findings", findings(e, file));
        }
        return "findings";
    }

    @PostMapping("/submit")
    String submit(@RequestParam String file, Model model, HttpServletResponse response) {
        try {
            return "redirect:/runs/" + board.submit(file);
        } catch (ApiException e) {
            response.setStatus(e.getStatusCode().value());
            model.addAttribute("from", null);
            model.addAttribute("file", file);
            model.addAttribute("findings", findings(e, file));
            return "submit";
        }
    }

    private static List<Finding> findings(ApiException problem, String file) {
        Object errors = Objects.requireNonNullElse(problem.getBody().getProperties(), Map.of())
                .get("errors");
        if (errors instanceof List<?> list && !list.isEmpty()) {
            return list.stream()
                    .filter(PreflightReport.Problem.class::isInstance)
                    .map(PreflightReport.Problem.class::cast)
                    .map(error -> new Finding(error.key(), error.message(), ConfigFile.line(file, error.key())))
                    .toList();
        }
        String detail = Objects.requireNonNullElse(problem.getBody().getDetail(), "");
        return List.of(new Finding("hone.experiment_name", detail, ConfigFile.line(file, "hone.experiment_name")));
    }
}
