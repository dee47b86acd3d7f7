package dev.hone.judge.modeljudge;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.task.Task;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.judge.verifier.JudgeUnavailableException;
import dev.hone.judge.verifier.MathAnswer;
import dev.hone.judge.verifier.Score;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `math_answer_and_llm`: the rule of [MathAnswer] first; where that is unsure, a language model says whether the
/// answer
/// is the reference. Only a verdict in the asked form counts: whatever else the model says, and when the run's requests
/// are used up, the rule's score stands, which is 0. A model that is away is no verdict at all: the episode waits.
final class MathAnswerAndLlm implements Judge {

    private final MathAnswer rule = new MathAnswer();
    private final LlmPrompt prompt;
    private final LlmServer server;
    private final LlmLedger ledger;
    private final Turns turns = new Turns();
    private final LlmMetrics metrics;

    MathAnswerAndLlm(LlmPrompt prompt, LlmServer server, LlmLedger ledger, LlmMetrics metrics) {
        this.prompt = prompt;
        this.server = server;
        this.ledger = ledger;
        this.metrics = metrics;
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        return switch (rule.rule(task, episode)) {
            case MathAnswer.Ruling.Sure sure -> sure.score();
            case MathAnswer.Ruling.Unsure unsure -> ask(task, episode, unsure);
        };
    }

    private Score ask(Task task, EpisodeFinished episode, MathAnswer.Ruling.Unsure unsure) {
        LlmConfig llm = episode.judge().llm();
        String key = LlmLedger.key(List.of(
                JudgeCatalog.MATH_ANSWER_AND_LLM,
                Integer.toString(LlmPrompt.VERSION),
                llm.baseUrl(),
                llm.model(),
                task.query(),
                unsure.reference(),
                unsure.answer()));
        Optional<LlmVerdict> known = ledger.find(key);
        if (known.isPresent()) {
            metrics.count("cached");
            return score(llm, known.get(), unsure);
        }
        String run = episode.episode().run().value();
        if (!ledger.take(run, llm.maxCalls())) {
            metrics.count("budget");
            return withNote(unsure.otherwise(), "the run's " + llm.maxCalls() + " requests are used up");
        }
        Optional<LlmVerdict> verdict;
        try {
            verdict = request(llm, prompt.body(llm.model(), task.query(), unsure.reference(), unsure.answer()));
        } catch (JudgeUnavailableException e) {
            ledger.giveBack(run);
            metrics.count("unavailable");
            throw e;
        }
        metrics.count(verdict.isPresent() ? "verdict" : "no_verdict");
        verdict.ifPresent(said -> ledger.keep(key, llm.model(), said));
        return verdict.map(said -> score(llm, said, unsure))
                .orElseGet(() -> withNote(unsure.otherwise(), llm.model() + " gave no verdict in the asked form"));
    }

    private Optional<LlmVerdict> request(LlmConfig llm, String body) {
        try {
            Duration wait = turns.take(llm.baseUrl(), llm.requestsPerSecond());
            if (wait.isPositive()) {
                throw new JudgeUnavailableException(
                        "The language model at " + llm.baseUrl() + " has no turn free for " + wait.toMillis()
                                + " ms; raise task_judge.llm.requests_per_second if it can take more.",
                        wait);
            }
            return metrics.timed(() -> server.ask(llm, body)).flatMap(LlmVerdict::read);
        } catch (InvalidConfigException e) {
            throw new JudgeUnavailableException(String.valueOf(e.getMessage()), Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JudgeUnavailableException(
                    "Asking " + llm.model() + " was interrupted; it is asked again.", Duration.ZERO);
        }
    }

    private static Score score(LlmConfig llm, LlmVerdict verdict, MathAnswer.Ruling.Unsure unsure) {
        String says = "'" + unsure.answer() + "' and " + unsure.reference() + ": " + llm.model() + " finds that they "
                + (verdict.agrees() ? "agree" : "differ") + ": " + verdict.reason();
        return verdict.agrees() ? Score.full(says) : Score.none("wrong", says);
    }

    private static Score withNote(Score score, String note) {
        return new Score(score.value(), score.cause(), score.reason() + " The rule decides: " + note + ".");
    }

    /// Asks the model once, so that a wrong address, key or name is found before the run begins.
    @Override
    public void check(JudgeConfig config) {
        LlmConfig llm = config.llm();
        if (!llm.active()) {
            throw new InvalidConfigException(
                    "hone.task_judge.llm.base_url",
                    "is empty, but " + config.judgeProtocol()
                            + " asks a language model; give the address of one, or choose "
                            + JudgeCatalog.MATH_AGENT + ".");
        }
        try {
            boolean answered = server.ask(llm, prompt.body(llm.model(), "How much is 2 + 2?", "4", "four"))
                    .flatMap(LlmVerdict::read)
                    .isPresent();
            if (!answered) {
                throw new InvalidConfigException(
                        "hone.task_judge.llm.model",
                        "is '" + llm.model() + "', which gave no verdict as response_format json_schema asks; choose a"
                                + " model and a server with structured output.");
            }
        } catch (JudgeUnavailableException e) {
            throw new InvalidConfigException("hone.task_judge.llm.base_url", "does not work: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InvalidConfigException("hone.task_judge.llm.base_url", "was not tried: interrupted; try again.");
        }
    }
}
