package dev.hone.learner.sft;

import dev.hone.contracts.run.YamlConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// `./hone sft`: reads the YAML and trains.
public final class SftCommand {
    private static final YamlConfigReader<SftConfig> READER =
            new YamlConfigReader<>(SftConfig.class, "sft-defaults.yaml");

    private SftCommand() {}

    /// Trains as the file says.
    ///
    /// @param yaml keys as in `sft-defaults.yaml`
    /// @param listener told after every optimizer step, on the calling thread
    /// @param goOn asked before every optimizer step; once it is false, training stops
    /// @return empty if it was stopped: nothing was written
    /// @throws dev.hone.contracts.run.InvalidConfigException if the YAML is wrong
    /// @throws IllegalArgumentException if conversations or model cannot be used
    public static Optional<SftResult> run(Path yaml, Consumer<Progress> listener, BooleanSupplier goOn)
            throws IOException {
        SftConfig config = READER.read(Files.readString(yaml)).config();
        return new SupervisedFineTuning(config).run(listener, goOn);
    }
}
