package dev.hone.learner.training;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of an installation's learner.
///
/// @param runsDirectory where runs without an `output_dir` put checkpoints and models, each in a folder of its name;
///     default `runs`
/// @param maxConcurrent requests that generate at one time, more wait; default 128
/// @param burst tokens that each request gains in one native call; default 4
/// @param threads inside one operator of an update on the CPU; a replay takes the recorded number; default 0: as many
/// as
///     there are cores
/// @param deviceMemory how much of the device runs may use, for example `70GB`; default: all that it has
/// @param peakTflops what the devices that train can do together, in 10^12 floating-point operations a second of the
///     compute type, as the vendor states it; with it the metric `mfu` is known; default: none
/// @param poll how often the training thread looks without being woken; default 500ms
/// @param saveRetry how soon the results of a run that is done are written again where they could not be, for a full
/// disk
///     for one; default 10s
/// @param savePatience for how long that is tried, then the run fails; default 24h
@ConfigurationProperties("hone.learner")
public record LearnerProperties(
        Path runsDirectory,
        int maxConcurrent,
        int burst,
        int threads,
        @Nullable DataSize deviceMemory,
        @Nullable Double peakTflops,
        Duration poll,
        @DefaultValue("10s") Duration saveRetry,
        @DefaultValue("24h") Duration savePatience) {
    public LearnerProperties {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "hone.learner.threads is " + threads + "; it must be 0 (the number of cores) or more.");
        }
        if (peakTflops != null && !(peakTflops > 0)) {
            throw new IllegalArgumentException(
                    "hone.learner.peak-tflops is " + peakTflops + "; give more than 0, or leave it out.");
        }
        threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /// Where a run's checkpoints and models go.
    public Path output(RunId run, RunConfig config) {
        String configured = config.trainerCommon().outputDir();
        return configured.isEmpty() ? runsDirectory.resolve(run.value()).toAbsolutePath() : Path.of(configured);
    }
}
