package dev.hone.learner.sft;

import dev.hone.contracts.run.YamlConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/// `./hone sft`: reads the YAML and trains.
public final class SftCommand {
    private static final YamlConfigReader<SftConfig> READER =
            new YamlConfigReader<>(SftConfig.class, "sft-defaults.yaml", Set.of(), Set.of());

    private SftCommand() {}

    /// Trains as the file says.
    ///
    /// @param yaml keys as in `sft-defaults.yaml`
    /// @param listener told after every optimizer step
    /// @throws dev.hone.contracts.run.InvalidConfigException if the YAML is wrong
    /// @throws IllegalArgumentException if conversations or model cannot be used
    public static SftResult run(Path yaml, Consumer<Progress> listener) throws IOException {
        SftConfig config = READER.read(Files.readString(yaml)).config();
        return new SupervisedFineTuning(config).run(listener);
    }
}
