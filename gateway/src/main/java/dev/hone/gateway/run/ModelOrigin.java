package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where the weights of a run come from and how far they are.
///
/// @param parent whose weights it began with; null if they came from a folder
/// @param path folder of the model that it began with
/// @param version newest version of the weights; null before the model is loaded
/// @param checksum of that version's float32 weights; null before
/// @param export folder of the trained model; null before, and where nothing is trained
public record ModelOrigin(
        String run,
        RunState state,
        @Nullable Parent parent,
        String path,
        @Nullable Integer version,
        @Nullable String checksum,
        @Nullable String export,
        Instant submittedAt) {

    static ModelOrigin of(Run run, RunConfig config) {
        return new ModelOrigin(
                run.name(),
                run.state(),
                run.parent(),
                config.model().path(),
                run.policyVersion(),
                run.policyChecksum(),
                run.export(),
                run.submittedAt());
    }
}
