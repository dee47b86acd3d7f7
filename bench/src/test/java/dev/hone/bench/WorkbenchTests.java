package dev.hone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.learner.step.TrainingSequence;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkbenchTests {
    private static final Path TINY = Path.of("shapes/tiny");

    @Test
    void doesAWholeStepOfTheSizeThatItSays() throws IOException {
        try (Policy policy = Policy.initialise(TINY, 1, PolicyOptions.cpu());
                Workbench bench = new Workbench(policy, new GeneratorOptions(8, 0, 4, 1))) {
            String before = policy.checksum();
            List<Workbench.Sample> samples =
                    bench.generate(Prompts.random(2, 20, policy.config().vocabularySize()), 4, 7);
            List<TrainingSequence> batch = Workbench.batch(samples);
            assertThat(batch).hasSize(8).allMatch(sequence -> sequence.length() == 27 && sequence.targets() == 7);
            assertThat(batch.stream().mapToDouble(TrainingSequence::advantage).sum())
                    .isCloseTo(0, within(1e-6));
            assertThat(bench.train(batch, 64).statistics().metrics().get("logprob_gap/max"))
                    .isLessThan(1e-5);
            bench.publish();
            assertThat(policy.checksum()).isNotEqualTo(before);
        }
    }
}
