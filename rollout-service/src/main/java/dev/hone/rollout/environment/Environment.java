package dev.hone.rollout.environment;

/// An episode's instance of a remote environment, as a workflow sees it.
public interface Environment {

    /// What the environment shows before the first step; may be empty.
    String observation();

    /// Acts, and waits for what comes of it.
    ///
    /// @param action what the agent says or does, in whatever form the environment takes
    Observation step(String action);

    /// @param text what the environment shows
    /// @param done whether it takes no more steps
    record Observation(String text, boolean done) {}
}
