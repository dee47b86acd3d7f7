package dev.hone.rollout.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfigReader;
import org.junit.jupiter.api.Test;

class WorkflowCatalogTests {

    private final WorkflowCatalog catalog = new WorkflowCatalog();

    @Test
    void findsWorkflowsByShippedNameTutorialNameAndClass() {
        for (String name : new String[] {
            "math_agent", "tutorial.example_math_agent.math_agent->ExampleMathLearn", MathAgent.class.getName()
        }) {
            assertThat(catalog.find(name).get()).as(name).isInstanceOf(MathAgent.class);
        }
    }

    @Test
    void saysWhatIsKnownWhenThereIsNoSuchWorkflow() {
        assertThatThrownBy(() -> catalog.find("dev.example.Missing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'dev.example.Missing'")
                .hasMessageContaining("math_agent");
        assertThatThrownBy(() -> catalog.find("tutorial.example_math_agent.math_agent->ExampleMathLern"))
                .hasMessageContaining(
                        "Did you mean 'tutorial.example_math_agent.math_agent->ExampleMathLearn'? Use one of [");
        assertThatThrownBy(() -> catalog.find("java.lang.String")).hasMessageContaining("is no workflow");
    }

    private static boolean initialised;

    /// Not a workflow, with something to do when it is loaded.
    static final class Stranger {
        static {
            initialised = true;
        }

        private Stranger() {}
    }

    @Test
    void nothingOfAClassRunsBeforeItIsKnownToBeAWorkflow() {
        assertThatThrownBy(() -> catalog.find(Stranger.class.getName())).hasMessageContaining("is no workflow");
        assertThat(initialised).isFalse();
    }

    @Test
    void aRunWithoutItsWorkflowIsStoppedBeforeItBegins() {
        var config = RunConfigReader.read("hone:\n  model:\n    path: /m\n  rollout:\n    user_workflow: nope\n")
                .config();

        var problems = new PreflightController(catalog, TestingWorkers.files(), Outbound.ANYWHERE)
                .preflight(config)
                .problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("hone.rollout.user_workflow");
            assertThat(problem.message()).contains("'nope'", "math_agent");
        });
    }

    @Test
    void aRunWhoseOtherModelIsBehindTheServiceIsStoppedBeforeItBegins() {
        var config = RunConfigReader.read("""
                hone: {rollout: {user_workflow: math_agent, untrained_model: {base_url: "http://10.0.0.1/v1", model: m}}}
                """).config();

        var problems = new PreflightController(catalog, TestingWorkers.files(), Outbound.of("0.0.0.0", ""))
                .preflight(config)
                .problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("hone.rollout.untrained_model.base_url");
            assertThat(problem.message()).startsWith("leads to 10.0.0.1");
        });
    }
}
