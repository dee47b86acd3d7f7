package dev.hone.gateway.page;

import dev.hone.gateway.episode.EpisodeQuery;
import dev.hone.gateway.episode.EpisodeRow;
import dev.hone.gateway.episode.EpisodeRows;
import dev.hone.gateway.run.RunLookup;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.util.UriComponentsBuilder;

/// `/runs/{run}/episodes`: its episodes, those that one looks for.
@Controller
@Hidden
class EpisodesPage {

    private static final int PAGE = 100;

    private final EpisodeRows episodes;
    private final RunLookup runs;

    EpisodesPage(EpisodeRows episodes, RunLookup runs) {
        this.episodes = episodes;
        this.runs = runs;
    }

    @GetMapping("/runs/{run}/episodes")
    String page(@PathVariable String run, @ModelAttribute("query") EpisodeQuery query, Model model) {
        runs.require(run);
        List<EpisodeRow> found = episodes.list(run, query, PAGE);
        boolean more = found.size() > PAGE;
        List<EpisodeRow> shown = more ? found.subList(0, PAGE) : found;
        model.addAttribute("run", run);
        model.addAttribute("episodes", shown);
        model.addAttribute("causes", episodes.causes(run));
        model.addAttribute("next", more ? address(run, query, shown.getLast().cursor()) : null);
        model.addAttribute("first", query.after() == null ? null : address(run, query, null));
        return "episodes";
    }

    private static String address(String run, EpisodeQuery query, @Nullable String after) {
        UriComponentsBuilder address = UriComponentsBuilder.fromPath("/runs/{run}/episodes");
        Map<String, Object> values = new HashMap<>(Map.of("run", run));
        add(address, values, "purpose", query.purpose());
        add(address, values, "step", query.step());
        add(address, values, "success", query.success());
        add(address, values, "state", query.state());
        add(address, values, "cause", query.cause());
        add(address, values, "habit", query.habit());
        add(address, values, "minReward", query.minReward());
        add(address, values, "maxReward", query.maxReward());
        add(address, values, "after", after);
        return address.encode().buildAndExpand(values).toUriString();
    }

    private static void add(
            UriComponentsBuilder address, Map<String, Object> values, String name, @Nullable Object value) {
        if (value != null) {
            address.queryParam(name, "{" + name + "}");
            values.put(name, value);
        }
    }
}
