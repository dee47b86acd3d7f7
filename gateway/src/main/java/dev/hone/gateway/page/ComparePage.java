package dev.hone.gateway.page;

import dev.hone.gateway.run.RunBoard;
import dev.hone.gateway.run.StepRow;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/// `/compare`: runs side by side, in settings and curves.
@Controller
@Hidden
class ComparePage {

    /// Runs that can be chosen, and as many lines as colours.
    private static final int CHOICES = 200;

    private static final int MOST = 5;

    private final RunBoard board;

    ComparePage(RunBoard board) {
        this.board = board;
    }

    @GetMapping("/compare")
    String page(@RequestParam(name = "run", required = false) @Nullable List<String> runs, Model model) {
        List<String> chosen = chosen(runs);
        model.addAttribute(
                "names", board.list(0, CHOICES).stream().map(RunBoard.Line::run).toList());
        model.addAttribute("chosen", chosen);
        model.addAttribute("most", MOST);
        if (chosen.size() > 1) {
            model.addAttribute("settings", board.settings(chosen));
            model.addAttribute("charts", curves(chosen));
        }
        return "compare";
    }

    @GetMapping(path = "/compare/curves", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    List<Curves> curves(@RequestParam("run") List<String> runs) {
        List<String> chosen = chosen(runs);
        List<List<StepRow>> rows = chosen.stream().map(board::curve).toList();
        return Arrays.stream(Chart.values())
                .flatMap(chart -> chart.lines().stream().map(line -> Curves.side(chart, line, chosen, rows)))
                .filter(curve -> !curve.steps().isEmpty())
                .toList();
    }

    private static List<String> chosen(@Nullable List<String> runs) {
        return runs == null
                ? List.of()
                : runs.stream()
                        .filter(run -> !run.isBlank())
                        .distinct()
                        .limit(MOST)
                        .toList();
    }
}
