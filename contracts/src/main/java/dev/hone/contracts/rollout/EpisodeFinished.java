package dev.hone.contracts.rollout;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.Failure;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.task.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `rollout.episode-finished.v1` (CBOR): what became of an episode.
///
/// @param episode which
/// @param task the problem
/// @param judge how to judge it
/// @param failure why it did not come to an end; null if it did
/// @param output what the workflow gave back: `metadata` with `final_answer`; empty after a failure
/// @param messages the conversation as text
/// @param trajectory [Trajectory#encode()]; empty if it failed before the first token
/// @param usage what it took
/// @param startedAt when the worker began
/// @param finishedAt when it ended
public record EpisodeFinished(
        EpisodeKey episode,
        Task task,
        JudgeConfig judge,
        @Nullable Failure failure,
        Map<String, String> output,
        List<Message> messages,
        byte[] trajectory,
        Usage usage,
        Instant startedAt,
        Instant finishedAt)
        implements Event {

    /// Key of [#output()] under which a workflow leaves its final answer.
    public static final String FINAL_ANSWER = "final_answer";

    /// Key of [#output()] under which rollout-service says how the model's last answer ended: `stop`, `length` if the
    /// tokens ran out, or empty.
    public static final String FINISH_REASON = "finish_reason";

    /// Keys of [#output()] under which rollout-service, and no workflow, leaves what an environment says: the reward
    /// (0 to 1), why it is not 1 (short and countable; may be empty), and words for people.
    public static final String ENV_REWARD = "env_reward";

    public static final String ENV_CAUSE = "env_cause";
    public static final String ENV_REASON = "env_reason";
    public static final Set<String> ENVIRONMENT_KEYS = Set.of(ENV_REWARD, ENV_CAUSE, ENV_REASON);

    public EpisodeFinished {
        output = Map.copyOf(output);
        messages = List.copyOf(messages);
    }

    /// What an episode took.
    ///
    /// @param promptTokens tokens of the timelines that the policy did not sample
    /// @param sampledTokens tokens that it sampled
    /// @param turns requests to the model
    /// @param toolCalls calls of tools
    /// @param generateMillis milliseconds spent waiting for the model
    /// @param toolMillis milliseconds spent waiting for tools
    /// @param malformedCalls calls that could not be understood; null where there are none, and not written then
    public record Usage(
            int promptTokens,
            int sampledTokens,
            int turns,
            int toolCalls,
            long generateMillis,
            long toolMillis,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer malformedCalls) {

        public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0);

        public Usage {
            malformedCalls = malformedCalls == null || malformedCalls == 0 ? null : malformedCalls;
        }

        /// How many calls could not be understood.
        public int malformed() {
            return malformedCalls == null ? 0 : malformedCalls;
        }

        /// Without a malformed call.
        public Usage(
                int promptTokens, int sampledTokens, int turns, int toolCalls, long generateMillis, long toolMillis) {
            this(promptTokens, sampledTokens, turns, toolCalls, generateMillis, toolMillis, null);
        }
    }

    @Override
    public String key() {
        return episode.groupId();
    }
}
