package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.task.Task;
import java.util.Locale;
import java.util.Optional;

/// `math_answer`: 1 if the last `\boxed{…}` of the final answer is the reference, compared as exact numbers; as text
/// where the
/// reference is none.
public final class MathAnswer implements Judge {

    public static final String NAME = "math_answer";

    /// Where a dataset's solution ends and its answer begins.
    private static final String ANSWER_MARK = "####";

    /// [EpisodeFinished#FINISH_REASON] of an answer that ran out of tokens.
    private static final String CUT = "length";

    private static final int SHOWN = 80;

    /// What the rule says.
    public sealed interface Ruling {

        /// Nobody else need be asked.
        record Sure(Score score) implements Ruling {}

        /// There is an answer that the rule can neither take for the reference nor for something else: it states no
        /// single number, or the reference states none and the texts differ.
        ///
        /// @param reference what the dataset says
        /// @param answer what the box holds, at most [NumericAnswer#MAX_LENGTH] characters
        /// @param otherwise the score if nobody knows better
        record Unsure(String reference, String answer, Score otherwise) implements Ruling {}
    }

    @Override
    public String description() {
        return "1 if the last boxed answer is the reference, as an exact number or as text; else 0";
    }

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        return switch (rule(task, episode)) {
            case Ruling.Sure sure -> sure.score();
            case Ruling.Unsure unsure -> unsure.otherwise();
        };
    }

    /// Compares the final answer with the reference.
    ///
    /// @throws UnjudgeableException if the task has no reference
    public Ruling rule(Task task, EpisodeFinished episode) {
        String reference = reference(task);
        Optional<String> boxed = BoxedAnswer.last(finalAnswer(episode));
        if (boxed.isEmpty() || boxed.get().isEmpty()) {
            boolean cut = CUT.equals(episode.output().get(EpisodeFinished.FINISH_REASON));
            return new Ruling.Sure(Score.none(
                    cut ? "truncated" : "no-answer",
                    (cut ? "The last turn was cut at the token limit and" : "The final answer") + " has no \\boxed{…};"
                            + " the reference is " + reference + "."));
        }
        String answer = boxed.get();
        Optional<Rational> expected = NumericAnswer.read(reference);
        Optional<Rational> stated = NumericAnswer.read(answer);
        if (expected.isEmpty() ? text(answer).equals(text(reference)) : stated.equals(expected)) {
            return new Ruling.Sure(Score.full("'" + shortened(answer) + "' is " + reference + "."));
        }
        Score otherwise = expected.isPresent() && stated.isEmpty()
                ? Score.none(
                        "unreadable-answer",
                        "'" + shortened(answer) + "' states no single number; the reference is " + reference + ".")
                : Score.none("wrong", "'" + shortened(answer) + "' is not " + reference + ".");
        boolean bothNumbers = expected.isPresent() && stated.isPresent();
        return bothNumbers || answer.length() > NumericAnswer.MAX_LENGTH
                ? new Ruling.Sure(otherwise)
                : new Ruling.Unsure(reference, answer, otherwise);
    }

    static String reference(Task task) {
        String answer = task.metadata().getOrDefault("answer", "");
        int mark = answer.lastIndexOf(ANSWER_MARK);
        String reference = (mark < 0 ? answer : answer.substring(mark + ANSWER_MARK.length())).strip();
        if (reference.isEmpty()) {
            throw new UnjudgeableException("Task " + task.taskId() + " has no reference answer; name its column in"
                    + " task_reader.columns.answer or take the row out.");
        }
        return reference;
    }

    private static String finalAnswer(EpisodeFinished episode) {
        String answer = episode.output().get(EpisodeFinished.FINAL_ANSWER);
        if (answer != null) {
            return answer;
        }
        return episode.messages().reversed().stream()
                .filter(message -> message.role().equals("assistant"))
                .map(Message::content)
                .findFirst()
                .orElse("");
    }

    private static String text(String answer) {
        return answer.replaceAll("\\\\text\\{([^{}]*)\\}", "$1")
                .replaceAll("[\\s.]+$", "")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static String shortened(String answer) {
        return answer.length() <= SHOWN ? answer : answer.substring(0, SHOWN) + "…";
    }
}
