package dev.hone.debug;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.policy.PolicyOptions;
import dev.hone.rollout.endpoint.LocalEndpoint;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.tool.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Episodes on the run's own model, recorded token by token as in training; agents on OpenAI's API find an endpoint in
/// this process.
record LocalPlayer(LocalPolicy policy, ModelText text, Sandbox sandbox, LocalEndpoint endpoint) implements Player {

    /// Nobody waits in a debugger.
    static final Duration UNLIMITED = Duration.ofDays(365);

    static LocalPlayer open(Path model, Sandbox sandbox) throws IOException {
        return new LocalPlayer(
                LocalPolicy.load(model, PolicyOptions.cpu()), ModelText.load(model), sandbox, LocalEndpoint.start());
    }

    @Override
    public Seat seat(TaskIssued issued) {
        EpisodeTuner tuner = endpoint.open(
                access -> new EpisodeTuner(issued, text, policy, sandbox, Deadline.in(UNLIMITED), access));
        return new Seat(tuner, tuner::recording);
    }

    @Override
    public void close() {
        endpoint.close();
        policy.close();
    }
}
