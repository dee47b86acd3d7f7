package dev.hone.rollout.tool;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Tool calls for people: what code an episode had run, and what came of it.
@RestController
class ToolCallController {

    private final ToolCalls calls;

    ToolCallController(ToolCalls calls) {
        this.calls = calls;
    }

    /// Of all attempts at the sample.
    @GetMapping("/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/calls")
    List<ToolCallView> calls(
            @PathVariable String run,
            @PathVariable String purpose,
            @PathVariable int step,
            @PathVariable int group,
            @PathVariable int sample) {
        return calls.of(run + "/" + purpose + "/" + step + "/" + group + "/" + sample);
    }
}
