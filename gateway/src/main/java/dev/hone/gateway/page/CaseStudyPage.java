package dev.hone.gateway.page;

import dev.hone.gateway.episode.CaseStudies;
import dev.hone.gateway.episode.CaseStudies.Case;
import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/// `/runs/{run}/case-study`: the same problem before and after, side by side.
@Controller
@Hidden
class CaseStudyPage {

    private static final int CHOICES = 40;

    private final CaseStudies cases;
    private final EpisodeLoader episodes;
    private final RunLookup runs;

    CaseStudyPage(CaseStudies cases, EpisodeLoader episodes, RunLookup runs) {
        this.cases = cases;
        this.episodes = episodes;
        this.runs = runs;
    }

    @GetMapping("/runs/{run}/case-study")
    String page(
            @PathVariable String run,
            @RequestParam(required = false) @Nullable String task,
            @RequestParam(required = false) @Nullable String habit,
            Model model) {
        runs.require(run);
        String chosenHabit =
                habit != null && Set.of("missing_print", "early_answer").contains(habit) ? habit : null;
        List<Case> choices = cases.list(run, chosenHabit, CHOICES);
        model.addAttribute("run", run);
        model.addAttribute("habit", chosenHabit);
        model.addAttribute("choices", choices);
        Case chosen = task == null ? choices.stream().findFirst().orElse(null) : of(run, task);
        if (chosen != null) {
            model.addAttribute("case", chosen);
            model.addAttribute(
                    "before",
                    episodes.load(run, chosen.purpose(), chosen.firstStep(), chosen.firstGroup(), chosen.sample()));
            model.addAttribute(
                    "after",
                    episodes.load(run, chosen.purpose(), chosen.lastStep(), chosen.lastGroup(), chosen.sample()));
        }
        return "case-study";
    }

    private Case of(String run, String task) {
        return cases.of(run, task)
                .orElseThrow(() -> ApiException.notFound(
                        "No such case",
                        "Run " + run + " has no problem '" + task + "' that was tried at two steps; /runs/" + run
                                + "/case-study lists some."));
    }
}
