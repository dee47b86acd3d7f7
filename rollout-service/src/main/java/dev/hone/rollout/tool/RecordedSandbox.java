package dev.hone.rollout.tool;

import dev.hone.contracts.Failure;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// The sandbox that everybody gets: no call without its record.
@Component
@Primary
class RecordedSandbox implements Sandbox {

    private final RestSandbox sandbox;
    private final ToolCalls calls;
    private final Clock clock;

    RecordedSandbox(RestSandbox sandbox, ToolCalls calls, Clock clock) {
        this.sandbox = sandbox;
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public boolean full() {
        return sandbox.full();
    }

    @Override
    public ExecutionResult execute(ToolCall call, Deadline deadline) {
        Instant started = clock.instant();
        long start = System.nanoTime();
        try {
            ExecutionResult result = sandbox.execute(call, deadline);
            calls.record(call, started, since(start), outcome(result), result);
            return result;
        } catch (EpisodeFailedException e) {
            calls.record(call, started, since(start), e.failure().code(), null);
            throw e;
        } catch (DataAccessException e) {
            throw new EpisodeFailedException(
                    new Failure(
                            "call-not-recorded",
                            "The tool call ran and could not be recorded: " + e.getMessage()
                                    + "; the attempt is repeated, see that the database is there.",
                            true),
                    e);
        }
    }

    private static String outcome(ExecutionResult result) {
        if (result.timedOut()) {
            return "timed_out";
        }
        if (result.truncated()) {
            return "truncated";
        }
        return result.exitCode() == 0 ? "ok" : "error";
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
