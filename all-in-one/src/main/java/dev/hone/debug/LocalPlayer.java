package dev.hone.debug;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.policy.PolicyOptions;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.tool.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Episodes on the run's own model, recorded token by token as in training.
record LocalPlayer(LocalPolicy policy, ModelText text, Sandbox sandbox) implements Player {

    /// Nobody waits in a debugger.
    static final Duration UNLIMITED = Duration.ofDays(365);

    static LocalPlayer open(Path model, Sandbox sandbox) throws IOException {
        return new LocalPlayer(LocalPolicy.load(model, PolicyOptions.cpu()), ModelText.load(model), sandbox);
    }

    @Override
    public Seat seat(TaskIssued issued) {
        // Without an address: clients of OpenAI's API say so when they are given it.
        Access nowhere =
                new Access("http://use.--base-url.to.debug.agents.on.the.endpoint.invalid/v1", "none", UNLIMITED);
        EpisodeTuner tuner = new EpisodeTuner(issued, text, policy, sandbox, Deadline.in(UNLIMITED), nowhere);
        return new Seat(tuner, tuner::recording);
    }

    @Override
    public void close() {
        policy.close();
    }
}
