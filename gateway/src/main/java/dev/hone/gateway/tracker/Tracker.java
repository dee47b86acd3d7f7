package dev.hone.gateway.tracker;

import dev.hone.contracts.run.TrackersConfig;
import java.io.IOException;
import java.util.List;

/// Where curves are told. What is told twice counts once: a tracker is told again whatever it may not have heard.
interface Tracker {

    /// Its name, as in the run's YAML.
    String name();

    /// Whether the run's file asks for it.
    boolean wanted(TrackersConfig config);

    /// Begins with a run, or finds what was begun.
    ///
    /// @return under which name the run is there
    /// @throws IOException if it cannot be had now
    String open(TrackedRun run) throws IOException;

    /// Whether the points that it was told of the run are still there; if not, it is told all of them anew.
    ///
    /// @param purpose `train` or `eval`
    default boolean keeps(TrackedRun run, String reference, String purpose) {
        return true;
    }

    /// Tells points, each purpose's in ascending order of steps.
    ///
    /// @throws IOException if it cannot be had now
    void tell(TrackedRun run, String reference, List<Point> points) throws IOException;

    /// Tells that the run has ended, and how.
    ///
    /// @throws IOException if it cannot be had now
    void end(TrackedRun run, String reference) throws IOException;
}
