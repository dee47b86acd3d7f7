package dev.hone.gateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.PreflightReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiExceptionTests {

    @Test
    void tellsWhatIsWrongWithEachKeyInSentences() {
        ApiException refused = ApiException.invalid(List.of(
                new PreflightReport.Problem("hone.seed", "is no number."),
                new PreflightReport.Problem("hone.model.path", "There is no model folder /m."),
                new PreflightReport.Problem("hone.task_reader", "/d.jsonl:8 has no answer.")));

        assertThat(refused.getBody().getDetail())
                .isEqualTo("hone.seed is no number.\nhone.model.path: There is no model folder /m.\n"
                        + "hone.task_reader: /d.jsonl:8 has no answer.");
    }
}
