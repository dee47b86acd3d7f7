package dev.hone.gateway.page;

import dev.hone.gateway.run.RunBoard;
import dev.hone.gateway.run.StepRow;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// `/`: every run and its state.
@Controller
@Hidden
class RunsPage {

    private static final int PAGE = 50;

    private final RunBoard board;

    RunsPage(RunBoard board) {
        this.board = board;
    }

    /// A row of the list.
    record Row(
            String run,
            String state,
            boolean live,
            int step,
            @Nullable Integer steps,
            @Nullable Double reward,
            @Nullable Double accuracy,
            Instant submittedAt,
            @Nullable Instant endedAt) {

        static Row of(RunBoard.Line line) {
            return new Row(
                    line.run(),
                    line.state().label(),
                    !line.state().terminal(),
                    line.step(),
                    line.steps(),
                    metric(line, true, "reward/mean"),
                    metric(line, false, "accuracy"),
                    line.submittedAt(),
                    line.endedAt());
        }

        private static @Nullable Double metric(RunBoard.Line line, boolean training, String name) {
            return line.newest().stream()
                    .filter(row -> row.training() == training)
                    .map(StepRow::metrics)
                    .map(metrics -> metrics.get(name))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }

    @GetMapping("/")
    String page(@RequestParam(defaultValue = "0") int page, Model model) {
        fill(page, model);
        return "runs";
    }

    /// The table alone, for the page to renew it.
    @GetMapping("/runs")
    String table(@RequestParam(defaultValue = "0") int page, Model model) {
        fill(page, model);
        return "runs :: table";
    }

    private void fill(int page, Model model) {
        int number = Math.clamp(page, 0, 100_000);
        List<Row> rows =
                board.list(number * PAGE, PAGE + 1).stream().map(Row::of).toList();
        List<Row> shown = rows.subList(0, Math.min(PAGE, rows.size()));
        model.addAttribute("rows", shown);
        model.addAttribute("page", number);
        model.addAttribute("more", rows.size() > PAGE);
        model.addAttribute("live", shown.stream().anyMatch(Row::live));
        model.addAttribute("now", Instant.now());
    }
}
