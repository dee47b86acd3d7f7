package dev.hone.contracts.judge;

import dev.hone.contracts.run.JudgeConfig;
import java.util.List;

/// `GET /api/v1/judges` of judge-service: what a run's `task_judge` can name, beside judges in files.
///
/// @param protocols what `judge_protocol` can be
/// @param judges what can have a weight
/// @param defaults of `task_judge`
public record JudgeList(List<Protocol> protocols, List<Judge> judges, JudgeConfig defaults) {

    public JudgeList {
        protocols = List.copyOf(protocols);
        judges = List.copyOf(judges);
    }

    /// @param lead the judge that says whether the task was solved, as weights and verdicts name it
    /// @param aliases names of other systems that mean the same
    public record Protocol(String name, String lead, List<String> aliases) {

        public Protocol {
            aliases = List.copyOf(aliases);
        }
    }

    /// @param description what its score is
    public record Judge(String name, String description) {}
}
