package dev.hone.judge.grading;

import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.judge.verifier.UnjudgeableException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Turns a finished episode into a verdict or a failure; stores nothing.
@Component
class Grader {

    private static final Logger LOG = LoggerFactory.getLogger(Grader.class);

    private final JudgeCatalog catalog;
    private final Clock clock;
    private final ConcurrentMap<JudgeConfig, Composition> compositions = new ConcurrentHashMap<>();

    Grader(JudgeCatalog catalog, Clock clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    EpisodeJudged grade(EpisodeFinished episode) {
        if (episode.failure() != null) {
            return failed(episode, episode.failure());
        }
        try {
            Composition composition =
                    compositions.computeIfAbsent(episode.judge(), config -> Composition.of(config, catalog));
            return new EpisodeJudged(episode.episode(), composition.judge(episode), null, clock.instant());
        } catch (InvalidConfigException e) {
            return failed(episode, new Failure("judge-missing", String.valueOf(e.getMessage()), false));
        } catch (UnjudgeableException e) {
            return failed(episode, new Failure("unjudgeable", String.valueOf(e.getMessage()), false));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("Judging {} failed", episode.episode().id(), e);
            String message = "The judge of " + episode.episode().id() + " failed with " + e
                    + "; see judge-service's log, mend the judge, and run the episode again.";
            return failed(episode, new Failure("judge-error", message, true));
        }
    }

    /// What would stop a run with this configuration.
    PreflightReport check(JudgeConfig config) {
        List<PreflightReport.Problem> problems = new ArrayList<>();
        String lead = catalog.lead(config.judgeProtocol());
        find(Composition.PROTOCOL_KEY, lead, problems);
        if (config.weights().containsKey(lead)) {
            for (String name : new TreeSet<>(config.weights().keySet())) {
                if (!name.equals(lead)) {
                    find(Composition.WEIGHTS_KEY + "." + name, name, problems);
                }
            }
        }
        if (catalog.shipped(lead) && config.weights().getOrDefault(lead, 0.0) == 0) {
            problems.add(new PreflightReport.Problem(
                    Composition.WEIGHTS_KEY,
                    "gives " + lead + " no weight, so that right answers earn nothing; add '" + lead + ": 0.8'."));
        }
        return new PreflightReport(problems);
    }

    private void find(String key, String name, List<PreflightReport.Problem> problems) {
        try {
            catalog.judge(key, name);
        } catch (InvalidConfigException e) {
            String message = String.valueOf(e.getMessage());
            problems.add(new PreflightReport.Problem(
                    e.key(), message.substring(e.key().length() + 1)));
        }
    }

    private EpisodeJudged failed(EpisodeFinished episode, Failure failure) {
        return new EpisodeJudged(episode.episode(), null, failure, clock.instant());
    }
}
