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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        assertThat(names()).containsExactly("step-3");
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
            flipABit(folder.resolve("model.safetensors"));
        }
        assertThatThrownBy(() -> directory.verify(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("model.safetensors is damaged");
    }

    @Test
    void refusesAStateThatHasChanged() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        Path state;
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            state = directory.save(1, 42, policy, optimizer).resolve("state.json");
        }
        assertThat(directory.verify(1).optimizerSteps()).isZero();
        Files.writeString(state, Files.readString(state).replace("\"optimizerSteps\" : 0", "\"optimizerSteps\" : 8"));
        assertThatThrownBy(() -> directory.verify(1))
                .isInstanceOf(IOException.class)
                .hasMessage(state + " is damaged: its content does not fit its seal.");
    }

    @Test
    void passesOverDamagedOnesAndNamesTheirFiles() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            for (int step = 1; step <= 4; step++) {
                directory.save(step, 42, policy, optimizer);
            }
            Path folder = output.resolve("checkpoints");
            try (FileChannel weights =
                    FileChannel.open(folder.resolve("step-4/model.safetensors"), StandardOpenOption.WRITE)) {
                weights.truncate(weights.size() / 2);
            }
            flipABit(folder.resolve("step-3/optimizer.safetensors"));
            Files.delete(folder.resolve("step-2/model.safetensors"));

            SoundCheckpoint found = directory.newestSound(List.of(4, 3, 2, 1));
            assertThat(found.step()).isEqualTo(1);
            assertThat(found.problems()).hasSize(3);
            assertThat(found.problems().get(0)).contains("step-4/model.safetensors is damaged");
            assertThat(found.problems().get(1)).contains("step-3/optimizer.safetensors is damaged");
            assertThat(found.problems().get(2)).endsWith("step-2/model.safetensors is not there.");
            assertThat(directory.newestSound(List.of(4, 3)).newest()).isEmpty();

            assertThat(directory.damaged(3)).isTrue();
            assertThat(directory.damaged(1)).isFalse();
            directory.save(3, 42, policy, optimizer);
            assertThat(directory.damaged(3)).isFalse();
            assertThat(directory.newestSound(List.of(4, 3)).step()).isEqualTo(3);
        }
    }

    @Test
    void aSaveThatFailsLeavesWhatWasThereAndNothingElse() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu())) {
            AdamW optimizer = optimizer(policy);
            directory.save(3, 42, policy, optimizer);
            optimizer.close();
            assertThatThrownBy(() -> directory.save(3, 42, policy, optimizer))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(directory.verify(3).step()).isEqualTo(3);
            assertThat(names()).containsExactly("step-3");
        }
    }

    @Test
    void whatADeadProcessHalfWroteIsNoCheckpointAndGoesWithTheNextOne() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, RUN);
        Path half = Files.createDirectories(output.resolve("checkpoints/.step-2-123"));
        Files.write(half.resolve("model.safetensors"), new byte[100]);
        assertThat(directory.newestSound(List.of(2)).newest()).isEmpty();
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            directory.save(3, 42, policy, optimizer);
        }
        assertThat(names()).containsExactly("step-3");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> left = Files.list(output.resolve("checkpoints"))) {
            return left.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static void flipABit(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 4);
        }
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
