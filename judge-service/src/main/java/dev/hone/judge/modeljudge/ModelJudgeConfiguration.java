package dev.hone.judge.modeljudge;

import dev.hone.contracts.run.Outbound;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.JudgeCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ModelJudgeConfiguration {

    /// The bean's name is the judge's.
    @Bean(JudgeCatalog.MATH_ANSWER_AND_LLM)
    Judge mathAnswerAndLlm(LlmLedger ledger, Outbound outbound, Clock clock, MeterRegistry meters) {
        return new MathAnswerAndLlm(
                new LlmPrompt(Fence::around),
                new LlmServer(System::getenv, outbound, clock),
                ledger,
                new LlmMetrics(meters));
    }
}
