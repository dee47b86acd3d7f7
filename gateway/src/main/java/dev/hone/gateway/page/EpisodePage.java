package dev.hone.gateway.page;

import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/// `/runs/{run}/episodes/…`: the conversation, and every token.
@Controller
@Hidden
class EpisodePage {

    private final EpisodeLoader episodes;
    private final RunLookup runs;

    EpisodePage(EpisodeLoader episodes, RunLookup runs) {
        this.episodes = episodes;
        this.runs = runs;
    }

    @GetMapping("/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}")
    String page(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample,
            Model model) {
        runs.require(run);
        model.addAttribute("episode", episodes.load(run, purpose, step, group, sample));
        return "episode";
    }
}
