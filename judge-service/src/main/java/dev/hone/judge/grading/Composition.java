package dev.hone.judge.grading;

import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.judge.verifier.Habits;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.judge.verifier.Score;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Weighted judges: reward = Σ weight · score. The first one leads: it says whether the task was solved.
public record Composition(List<Weighted> members) {

    static final String PROTOCOL_KEY = "hone.task_judge.judge_protocol";
    static final String WEIGHTS_KEY = "hone.task_judge.weights";

    public Composition {
        members = List.copyOf(members);
    }

    /// @param weight of the judge's score
    public record Weighted(String name, double weight, Judge judge) {}

    /// The judges that the configuration names. A judge that the weights do not name is the whole
    /// reward, and they mean nothing.
    ///
    /// @throws dev.hone.contracts.run.InvalidConfigException if one of them is not there
    public static Composition of(JudgeConfig config, JudgeCatalog catalog) {
        String lead = catalog.lead(config.judgeProtocol());
        Judge leading = catalog.leading(PROTOCOL_KEY, config.judgeProtocol());
        if (!config.weights().containsKey(lead)) {
            return new Composition(List.of(new Weighted(lead, 1, leading)));
        }
        List<Weighted> members = new ArrayList<>();
        members.add(new Weighted(lead, config.weights().get(lead), leading));
        for (Map.Entry<String, Double> entry : new TreeMap<>(config.weights()).entrySet()) {
            String name = entry.getKey();
            if (!name.equals(lead)) {
                members.add(new Weighted(name, entry.getValue(), catalog.judge(WEIGHTS_KEY + "." + name, name)));
            }
        }
        return new Composition(members);
    }

    /// Whether one of them waits for another system.
    boolean remote() {
        return members.stream().anyMatch(member -> member.judge().remote());
    }

    /// The verdict, in the thread that asks.
    public Verdict judge(EpisodeFinished episode) {
        List<Verdict.Part> parts = new ArrayList<>();
        BigDecimal reward = BigDecimal.ZERO;
        String cause = Score.NO_CAUSE;
        for (Weighted member : members) {
            Score score = member.judge().judge(episode.task(), episode);
            if (parts.isEmpty()) {
                cause = score.value() >= 1 ? Score.NO_CAUSE : score.cause();
            }
            // Decimal, so that 0.8 + 0.1 + 0.1 is 1 in any order.
            reward = reward.add(BigDecimal.valueOf(member.weight()).multiply(BigDecimal.valueOf(score.value())));
            parts.add(new Verdict.Part(member.name(), score.value(), member.weight(), score.reason()));
        }
        boolean success = parts.getFirst().score() >= 1;
        return new Verdict(reward.doubleValue(), success, parts, Habits.of(episode.messages()), cause);
    }
}
