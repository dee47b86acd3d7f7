package dev.hone.rollout.workflow;

import dev.hone.contracts.task.Task;
import dev.hone.rollout.environment.Environment;

/// The math agent in an environment: what it answers is a step, and what the environment then shows is what it is
/// asked next, until the environment is done or `max_iters` steps were made. Its last answer is the final one.
public final class EnvironmentAgent implements Workflow {

    @Override
    public WorkflowOutput run(Task task, Tuner tuner) {
        Environment environment = tuner.environment()
                .orElseThrow(() -> new IllegalStateException("The workflow env_agent needs an environment: set"
                        + " task_reader.type to env_service, or user_workflow to math_agent."));
        try (PythonAgent agent = new PythonAgent("env_agent", tuner)) {
            String shown = environment.observation();
            String question = shown.isBlank() ? task.query() : task.query() + "\n\n" + shown;
            String answer = "";
            for (int step = 0; step < tuner.settings().maxIters(); step++) {
                answer = agent.ask(question);
                Environment.Observation next = environment.step(answer);
                if (next.done()) {
                    break;
                }
                question = next.text();
            }
            return WorkflowOutput.answer(answer);
        }
    }
}
