package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.task.Task;
import java.util.Locale;
import java.util.Optional;

/// `math_answer`: 1 if the last `\boxed{…}` of the final answer is the reference, compared as exact numbers; as text
/// where the
/// reference is none.
final class MathAnswer implements Judge {

    static final String NAME = "math_answer";

    /// Where a dataset's solution ends and its answer begins.
    private static final String ANSWER_MARK = "####";

    private static final int SHOWN = 80;

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        String reference = reference(task);
        Optional<String> boxed = BoxedAnswer.last(finalAnswer(episode));
        if (boxed.isEmpty() || boxed.get().isEmpty()) {
            return Score.none("no-answer", "The final answer has no \\boxed{…}; the reference is " + reference + ".");
        }
        String answer = boxed.get();
        Optional<Rational> expected = NumericAnswer.read(reference);
        Optional<Rational> stated = NumericAnswer.read(answer);
        if (expected.isEmpty() ? text(answer).equals(text(reference)) : stated.equals(expected)) {
            return Score.full("'" + shortened(answer) + "' is " + reference + ".");
        }
        if (expected.isPresent() && stated.isEmpty()) {
            return Score.none(
                    "unreadable-answer",
                    "'" + shortened(answer) + "' states no single number; the reference is " + reference + ".");
        }
        return Score.none("wrong", "'" + shortened(answer) + "' is not " + reference + ".");
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
