package dev.hone.judge.grading;

import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.judge.verifier.JudgeFailedException;
import dev.hone.judge.verifier.JudgeUnavailableException;
import dev.hone.judge.verifier.UnjudgeableException;
import dev.hone.tracing.EpisodeSpan;
import dev.hone.tracing.EpisodeTraces;
import dev.hone.tracing.LogContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Turns a finished episode into a verdict or a failure; stores nothing. A judge is somebody's code: it runs on
/// a thread of its own and has `task_judge.judge_timeout`. One that neither ends then nor heeds its interruption
/// keeps that thread, which is why it is a platform thread, not one that others share.
@Component
public class Grader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Grader.class);

    private final JudgeCatalog catalog;
    private final Clock clock;
    private final EpisodeTraces traces;
    private final ConcurrentMap<JudgeConfig, Composition> compositions = new ConcurrentHashMap<>();
    private final ExecutorService judges = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("judge-", 0).factory());

    Grader(JudgeCatalog catalog, Clock clock, EpisodeTraces traces) {
        this.traces = traces;
        this.catalog = catalog;
        this.clock = clock;
    }

    /// Whether a judge of this configuration waits for another system.
    public boolean remote(JudgeConfig config) {
        try {
            return composition(config).remote();
        } catch (InvalidConfigException e) {
            return false; // grading says what is wrong
        }
    }

    /// @throws JudgeUnavailableException if what a judge needs is away
    public EpisodeJudged grade(EpisodeFinished episode) {
        if (episode.failure() != null) {
            return failed(episode, episode.failure());
        }
        try (LogContext ignored = LogContext.of(episode.episode());
                EpisodeSpan span = traces.begin(episode.episode(), "judge")) {
            EpisodeJudged judged = judged(episode);
            Verdict verdict = judged.verdict();
            if (verdict != null) {
                span.with("hone.reward", Double.toString(verdict.reward()));
            }
            if (judged.failure() != null) {
                span.failed(judged.failure().code());
            }
            return judged;
        }
    }

    private EpisodeJudged judged(EpisodeFinished episode) {
        Future<Verdict> verdict = judges.submit(() -> judge(episode));
        try {
            long nanos = Math.round(episode.judge().judgeTimeout() * 1e9);
            return new EpisodeJudged(
                    episode.episode(), verdict.get(nanos, TimeUnit.NANOSECONDS), null, clock.instant());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JudgeUnavailableException unavailable) {
                throw unavailable;
            }
            return failed(episode, failure(episode, e.getCause()));
        } catch (TimeoutException e) {
            verdict.cancel(true);
            return failed(episode, timeout(episode));
        } catch (InterruptedException e) {
            verdict.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "Judging " + episode.episode().id() + " was interrupted; it is judged again.", e);
        }
    }

    private Verdict judge(EpisodeFinished episode) {
        try (LogContext ignored = LogContext.of(episode.episode())) {
            return composition(episode.judge()).judge(episode);
        }
    }

    private Composition composition(JudgeConfig config) {
        return compositions.computeIfAbsent(config, wanted -> Composition.of(wanted, catalog));
    }

    private static Failure failure(EpisodeFinished episode, @Nullable Throwable cause) {
        return switch (cause) {
            case InvalidConfigException e -> new Failure("judge-missing", String.valueOf(e.getMessage()), false);
            case JudgeFailedException e -> e.failure();
            case UnjudgeableException e -> new Failure("unjudgeable", String.valueOf(e.getMessage()), false);
            case null, default -> {
                LOG.warn("Judging {} failed", episode.episode().id(), cause);
                yield new Failure(
                        "judge-error",
                        "The judge of " + episode.episode().id() + " failed with " + cause
                                + "; see judge-service's log, mend the judge, and run the episode again.",
                        true);
            }
        };
    }

    private static Failure timeout(EpisodeFinished episode) {
        return new Failure(
                "judge-timeout",
                "The judge '" + episode.judge().judgeProtocol() + "' gave no verdict on "
                        + episode.episode().id() + " within " + episode.judge().judgeTimeout()
                        + " s; mend the judge, or raise task_judge.judge_timeout.",
                true);
    }

    @Override
    public void close() {
        judges.shutdownNow();
    }

    /// What would stop a run with this configuration.
    public PreflightReport check(JudgeConfig config) {
        List<PreflightReport.Problem> problems = new ArrayList<>();
        String lead = catalog.lead(config.judgeProtocol());
        find(
                problems,
                () -> catalog.leading(Composition.PROTOCOL_KEY, config.judgeProtocol())
                        .check(config));
        if (config.weights().containsKey(lead)) {
            for (String name : new TreeSet<>(config.weights().keySet())) {
                if (!name.equals(lead)) {
                    find(
                            problems,
                            () -> catalog.judge(Composition.WEIGHTS_KEY + "." + name, name)
                                    .check(config));
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

    private static void find(List<PreflightReport.Problem> problems, Runnable check) {
        try {
            check.run();
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
