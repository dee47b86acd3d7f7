package dev.hone.judge.verifier;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import dev.hone.worker.inside.Guest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks a jar's judge inside the jail: one object for all episodes, as on the class path.
public final class JudgeGuest implements Guest<Judge> {

    private @Nullable Judge judge;

    @Override
    public Class<Judge> type() {
        return Judge.class;
    }

    @Override
    public JsonNode call(Supplier<Judge> code, JsonNode request) {
        Score score = judge(code)
                .judge(
                        EventCodec.json().treeToValue(request.path("task"), Task.class),
                        EventCodec.json().treeToValue(request.path("episode"), EpisodeFinished.class));
        return EventCodec.json().valueToTree(score);
    }

    private synchronized Judge judge(Supplier<Judge> code) {
        if (judge == null) {
            judge = code.get();
        }
        return judge;
    }

    @Override
    public String kind(Throwable failure) {
        return failure instanceof UnjudgeableException ? "unjudgeable" : "error";
    }
}
