package dev.hone.judge.verifier;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.task.Task;
import dev.hone.worker.CodeFile;
import dev.hone.worker.WorkerAnswer;
import dev.hone.worker.Workers;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A judge in a file: task and episode go to the run's worker, and its score comes back. The score's reason ends with
/// the
/// file's name and SHA-256, so that a verdict tells which code gave it.
///
/// @param key where the configuration names it
record JailedJudge(Workers workers, CodeFile file, String key) implements Judge {

    /// Cause of a score below 1 for which the judge gives none.
    private static final String BELOW_ONE = "below-one";

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        ObjectNode request = EventCodec.json().createObjectNode();
        request.set("task", EventCodec.json().valueToTree(task));
        request.set("episode", EventCodec.json().valueToTree(episode));
        try {
            return switch (workers.call(episode.episode().run().value(), file, request, null)) {
                case WorkerAnswer.Value(JsonNode value, String sha256) -> score(value, sha256);
                case WorkerAnswer.Raised(String text, String kind) ->
                    throw kind.equals("unjudgeable") ? new UnjudgeableException(text) : new IllegalStateException(text);
                case WorkerAnswer.Failed(Failure failure) -> throw new JudgeFailedException(failure);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Judging was interrupted", e);
        }
    }

    /// A number or truth value is the score; an object has `value`, and may have `cause` and `reason`.
    private Score score(JsonNode answer, String sha256) {
        JsonNode number = answer.isObject() ? answer.path("value") : answer;
        if (!number.isNumber() && !number.isBoolean()) {
            throw new IllegalStateException(file + " returned " + answer
                    + ", which is neither a number, a truth value nor an object with 'value'");
        }
        double value = number.isBoolean() ? (number.asBoolean() ? 1 : 0) : number.asDouble();
        String cause = answer.path("cause").asString(BELOW_ONE);
        String reason = answer.path("reason").asString("").strip();
        String source = file.path().getFileName() + ", sha256 " + sha256;
        return new Score(
                value,
                value >= 1 ? Score.NO_CAUSE : cause,
                reason.isEmpty() ? "By " + source + "." : reason + " (" + source + ")");
    }

    /// Somebody's code may take its time: it judges beside the stream.
    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public void check(JudgeConfig config) {
        try {
            Optional<String> problem = workers.problem(file);
            if (problem.isPresent()) {
                throw new InvalidConfigException(key, "names the judge '" + file + "': " + problem.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The check was interrupted", e);
        }
    }
}
