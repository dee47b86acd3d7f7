package dev.hone.debug;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.tool.Sandbox;

/// Episodes on a server that speaks OpenAI's API. There are no token ids, so nothing of them can be trained on.
///
/// @param baseUrl `http://host:port/v1`
/// @param model its name there
/// @param apiKey for it
record ServerPlayer(String baseUrl, String model, String apiKey, Sandbox sandbox) implements Player {

    @Override
    public Seat seat(TaskIssued issued) {
        ServerTuner tuner = new ServerTuner(this, issued);
        return new Seat(tuner, tuner::recording);
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "ServerPlayer[" + baseUrl + ", " + model + "]"; // the key is a secret
    }
}
