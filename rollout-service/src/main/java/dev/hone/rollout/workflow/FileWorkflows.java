package dev.hone.rollout.workflow;

import dev.hone.contracts.RunId;
import dev.hone.worker.CodeFile;
import dev.hone.worker.Role;
import dev.hone.worker.Workers;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Workflows that a run names by file: `path/to/agent.jar!com.acme.MyWorkflow`, or `path/to/agent.py` with a function
/// `run(task, tuner)`. They run in jailed workers.
@Component
public class FileWorkflows implements AutoCloseable {

    private static final Role ROLE = new Role("workflow", WorkflowGuest.class.getName(), "run", "run(task, tuner)");

    private final Workers workers;

    FileWorkflows(WorkerProperties properties) {
        this.workers = new Workers(properties.settings(), ROLE, true);
    }

    /// The run's workflow, if the name is a file's.
    ///
    /// @throws IllegalArgumentException if it names a jar without a class
    public Optional<Workflow> find(RunId run, String name) {
        return CodeFile.parse(name).map(file -> new FileWorkflow(workers, run.value(), file));
    }

    /// Whether the name is a file's.
    ///
    /// @throws IllegalArgumentException if it names a jar without a class
    static boolean isFile(String name) {
        return CodeFile.parse(name).isPresent();
    }

    /// What is wrong with the file of that name; empty if it is fit, or the name is no file's.
    Optional<String> problem(String name) {
        try {
            Optional<CodeFile> file = CodeFile.parse(name);
            return file.isEmpty()
                    ? Optional.empty()
                    : workers.problem(file.get()).map(problem -> "names the workflow '" + name + "': " + problem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("could not be checked, because the service is stopping; try again.");
        }
    }

    /// Ends the run's workers.
    public void end(RunId run) {
        workers.end(run.value());
    }

    @Override
    public void close() {
        workers.close();
    }
}
