package dev.hone.task.task;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import dev.hone.task.dataset.Dataset;
import dev.hone.task.dataset.DatasetException;
import dev.hone.task.dataset.DatasetReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/// The tasks of runs that are not over, kept in memory; read again after a restart.
@Component
class Datasets {

    private final DatasetReader reader;
    private final Map<RunId, Dataset> kept = new ConcurrentHashMap<>();

    Datasets(DatasetReader reader) {
        this.reader = reader;
    }

    /// Reads the dataset of a run that begins.
    Preparation prepare(RunId run, RunConfig config) {
        Preparation preparation = Preparation.of(reader, config);
        if (preparation instanceof Preparation.Ready ready) {
            kept.put(run, ready.dataset());
        }
        return preparation;
    }

    /// The run's dataset.
    ///
    /// @throws DatasetException if it cannot be read any more, or is not the one that the run began with
    Dataset of(Run run, RunConfig config) {
        Dataset known = kept.get(run.id());
        if (known != null) {
            return known;
        }
        Dataset dataset = reader.read(config);
        if (!run.matches(dataset)) {
            throw new DatasetException(
                    "hone.task_reader",
                    "The dataset's files changed since run " + run.id()
                            + " began; put them back, or submit the run anew.");
        }
        kept.put(run.id(), dataset);
        return dataset;
    }

    void forget(RunId run) {
        kept.remove(run);
    }
}
