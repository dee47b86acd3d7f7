package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.access.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnCodeTests {

    private static final Caller OPERATOR = new Caller("key/ci", "team", Role.OPERATOR);
    private static final Caller ADMIN = new Caller("key/chief", "team", Role.ADMIN);

    private static RunConfig config(String settings) {
        return RunConfigReader.read("hone: {" + settings + "}").config();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollout: {user_workflow: agent.py}",
                "rollout: {user_workflow: /tmp/agent.jar!com.acme.Agent}",
                "rollout: {user_workflow: 'agent.jar'}",
                "rollout: {user_workflow: '../agent'}",
                "task_judge: {judge_protocol: judges/mine.py}",
                "task_judge: {weights: {math_answer: 1.0, 'mine.jar!com.acme.Judge': 0.5}}",
            })
    void codeInAFileIsForAdmins(String settings) {
        assertThatThrownBy(() -> OwnCode.require(OPERATOR, config(settings)))
                .hasMessageContaining("403")
                .hasMessageContaining("Own code is for admins")
                .hasMessageContaining("key/ci is operator");
        assertThatCode(() -> OwnCode.require(ADMIN, config(settings))).doesNotThrowAnyException();
        assertThatCode(() -> OwnCode.require(Caller.MACHINE, config(settings))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seed: 1",
                "rollout: {user_workflow: math_agent}",
                "rollout: {user_workflow: external}",
                "rollout: {user_workflow: tutorial.example_math_agent.math_agent->ExampleMathLearn}",
                "rollout: {user_workflow: com.acme.Agent$Inner}",
                "task_judge: {judge_protocol: math_agent_llm, weights: {math_answer: 0.8, format: 0.2}}",
            })
    void whatIsThereAlreadyIsForOperatorsToo(String settings) {
        assertThatCode(() -> OwnCode.require(OPERATOR, config(settings))).doesNotThrowAnyException();
    }
}
