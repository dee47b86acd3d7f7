package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Every way by which a run's code could come in, asked by an operator where everybody has to log in.
class OwnCodeIntegrationTests {

    private static final String CODE = "rollout: {user_workflow: /tmp/agent.py}";
    private static final String JUDGE = "hone: {task_judge: {judge_protocol: /tmp/judge.py}}";

    private static String file(String name, String settings) {
        return "hone: {experiment_name: %s, project_name: codes, model: {path: m}, %s}".formatted(name, settings);
    }

    private static void refused(TestingApi.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.text()).contains("Own code is for admins", "is operator");
    }

    @Test
    void nobodyButAnAdminHasCodeOfHisRun() throws Exception {
        TestingApi operator = TestingDoor.with("codes-operator", "codes", "operator");
        TestingApi admin = TestingDoor.with("codes-admin", "codes", "admin");
        TestingDoor.SERVICES.checked.clear();

        refused(operator.submit("/api/v1/runs", file("codes-1", CODE)));
        refused(operator.submit("/api/v1/runs?validate=true", file("codes-1", CODE)));
        assertThat(TestingDoor.SERVICES.checked)
                .as("services, which load the file to check it, are not even asked")
                .isEmpty();
        assertThat(operator.submit("/api/v1/runs", file("codes-1", "seed: 1")).status())
                .isEqualTo(201);
        refused(operator.submit("/api/v1/runs/codes-1/rejudgements", JUDGE));

        assertThat(admin.submit(
                                "/api/v1/runs?validate=true",
                                file("codes-2", "rollout: {user_workflow: com.acme.Agent}"))
                        .status())
                .isEqualTo(200);
        assertThat(admin.submit("/api/v1/runs?validate=true", file("codes-2", CODE))
                        .text())
                .doesNotContain("Own code is for admins");
    }
}
