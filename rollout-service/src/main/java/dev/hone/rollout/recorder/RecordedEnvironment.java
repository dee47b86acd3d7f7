package dev.hone.rollout.recorder;

import dev.hone.rollout.environment.Environment;
import dev.hone.rollout.limit.EpisodeFailedException;

/// An environment whose steps count as calls of a tool, and whose failures end the episode.
record RecordedEnvironment(Environment instance, Recorder recorder, OutsideAgent agent) implements Environment {

    @Override
    public String observation() {
        return instance.observation();
    }

    @Override
    public Observation step(String action) {
        long start = System.nanoTime();
        agent.asks();
        try {
            return instance.step(action);
        } catch (EpisodeFailedException e) {
            throw recorder.fail(e);
        } finally {
            agent.isAnswered();
            recorder.toolCalled(System.nanoTime() - start);
        }
    }
}
