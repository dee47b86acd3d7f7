package dev.hone.learner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.step.AdamW;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTests {
    private static final RunId RUN = new RunId("run");

    @TempDir
    private Path output;

    @Test
    void bringsWeightsBackBitByBit() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        try (Policy policy = Policy.initialise(GoldenModel.directory(), 5, PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy);
                Policy other = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW otherOptimizer = optimizer(other)) {
            directory.save(3, 42, policy, optimizer);
            assertThat(other.checksum()).isNotEqualTo(policy.checksum());
            CheckpointState state = directory.verify(3);
            directory.load(state, other, otherOptimizer);
            assertThat(other.checksum()).isEqualTo(policy.checksum()).isEqualTo(state.weights());
            assertThat(state.seed()).isEqualTo(42);
        }
        try (Stream<Path> left = Files.list(output.resolve("checkpoints"))) {
            assertThat(left.map(path -> path.getFileName().toString()).toList()).isEqualTo(List.of("step-3"));
        }
    }

    @Test
    void keepsAdaptersWithoutTheModelUnderThem() throws Exception {
        LoraConfig lora = new LoraConfig(4, 8, LoraConfig.MODULES, 0, false);
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        Path changed = output.resolve("changed");
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), lora, 5);
                AdamW optimizer = optimizer(policy);
                Policy other = Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), lora, 6);
                AdamW otherOptimizer = optimizer(other)) {
            Path folder = directory.save(3, 42, policy, optimizer);
            directory.load(directory.verify(3), other, otherOptimizer);
            assertThat(other.checksum()).isEqualTo(policy.checksum());
            assertThat(Files.size(folder.resolve("model.safetensors")))
                    .isLessThan(Files.size(GoldenModel.directory().resolve("model.safetensors")) / 2);
            policy.parameters().forEach(parameter -> parameter.array().addi(0.01f));
            policy.export(changed);
        }
        try (Policy policy = Policy.load(changed, PolicyOptions.cpu(), lora, 5);
                AdamW optimizer = optimizer(policy)) {
            assertThatThrownBy(() -> directory.load(directory.verify(3), policy, optimizer))
                    .isInstanceOf(InvalidWeightsException.class)
                    .hasMessageContaining("the base model has changed");
        }
    }

    @Test
    void refusesAFileThatHasChanged() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            Path folder = directory.save(1, 42, policy, optimizer);
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
                file.seek(file.length() - 5);
                file.write(99);
            }
        }
        assertThatThrownBy(() -> directory.verify(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.safetensors is damaged");
    }

    @Test
    void refusesAnotherRunsCheckpoint() throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            new CheckpointDirectory(output, RUN).save(1, 42, policy, optimizer);
        }
        assertThatThrownBy(() -> new CheckpointDirectory(output, new RunId("another")).verify(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is the checkpoint of run run after step 1, not of run another after step 1");
        assertThat(CheckpointDirectory.otherRun(output, "another")).contains("run");
        assertThat(CheckpointDirectory.otherRun(output, "")).contains("run");
        assertThat(CheckpointDirectory.otherRun(output, "run")).isEmpty();
        assertThat(CheckpointDirectory.otherRun(output.resolve("elsewhere"), "another"))
                .isEmpty();
    }

    private static AdamW optimizer(Policy policy) {
        return new AdamW(policy, new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1));
    }
}
