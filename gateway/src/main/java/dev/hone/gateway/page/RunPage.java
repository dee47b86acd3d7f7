package dev.hone.gateway.page;

import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunControlled;
import dev.hone.gateway.event.RunEvents;
import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.RunBoard;
import dev.hone.gateway.run.RunView;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/// `/runs/{run}`: where it stands, and its curves as they grow.
@Controller
@Hidden
@RequestMapping("/runs/{run}")
class RunPage {

    private final RunBoard board;
    private final RunEvents events;

    RunPage(RunBoard board, RunEvents events) {
        this.board = board;
        this.events = events;
    }

    @GetMapping
    String page(@PathVariable String run, Model model) {
        // Before the curve: what comes in between is told twice, not missed.
        model.addAttribute("after", events.newest(run));
        RunView view = fill(run, model);
        model.addAttribute("yaml", RunConfigReader.write(view.config()));
        return "run";
    }

    /// The upper part alone, for the page to renew it.
    @GetMapping("/head")
    String head(@PathVariable String run, Model model) {
        fill(run, model);
        return "run :: head";
    }

    @PostMapping("/{action:pause|resume|cancel}")
    String control(
            @PathVariable String run,
            @PathVariable String action,
            @RequestHeader(name = "HX-Request", required = false) @Nullable String htmx,
            Model model) {
        board.control(run, RunControlled.Action.valueOf(action.toUpperCase(Locale.ROOT)));
        if (htmx == null) {
            return "redirect:/runs/" + run;
        }
        return head(run, model);
    }

    @GetMapping(path = "/curves", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    List<Curves> curves(@PathVariable String run) {
        return Curves.all(board.curve(run));
    }

    /// A chart's numbers as a table.
    @GetMapping("/curves/{chart}")
    String table(@PathVariable String run, @PathVariable String chart, Model model) {
        Chart found = Chart.of(chart)
                .orElseThrow(() -> ApiException.notFound(
                        "No such chart",
                        "There is no chart '" + chart + "'; /runs/" + run + " shows those there are."));
        model.addAttribute("curves", Curves.of(found, board.curve(run)));
        return "numbers";
    }

    private RunView fill(String run, Model model) {
        RunView view = board.view(run);
        List<Curves> curves = Curves.all(board.curve(run));
        model.addAttribute("head", RunHead.of(view, curves));
        model.addAttribute("charts", List.of(Chart.values()));
        model.addAttribute("curves", curves);
        return view;
    }
}
