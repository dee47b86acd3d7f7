package dev.hone.gateway.tracker;

import dev.hone.contracts.run.TrackersConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/// Event files: `LOG_DIR/RUN/train` and `LOG_DIR/RUN/eval`, so that TensorBoard draws both curves of a metric over each
/// other.
@Component
class TensorBoard implements Tracker {

    @Override
    public String name() {
        return "tensorboard";
    }

    @Override
    public boolean wanted(TrackersConfig config) {
        return config.tensorboard().active();
    }

    @Override
    public String open(TrackedRun run) throws IOException {
        return Files.createDirectories(
                        Path.of(run.config().trackers().tensorboard().logDir()).resolve(run.name()))
                .toString();
    }

    @Override
    public boolean keeps(TrackedRun run, String reference, String purpose) {
        return Files.exists(file(run, reference, purpose));
    }

    /// TensorBoard knows the files by their first word; one file a run, whoever goes on with it.
    private static Path file(TrackedRun run, String reference, String purpose) {
        return Path.of(
                reference, purpose, "events.out.tfevents." + run.submittedAt().getEpochSecond() + ".hone");
    }

    @Override
    public void tell(TrackedRun run, String reference, List<Point> points) throws IOException {
        for (String purpose : List.of("train", "eval")) {
            List<Point> these = points.stream()
                    .filter(point -> point.purpose().equals(purpose))
                    .toList();
            if (!these.isEmpty()) {
                Path file = file(run, reference, purpose);
                Files.createDirectories(file.getParent());
                EventFile.append(file, these);
            }
        }
    }

    @Override
    public void end(TrackedRun run, String reference) {
        // A file needs no end.
    }
}
