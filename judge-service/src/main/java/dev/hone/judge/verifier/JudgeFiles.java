package dev.hone.judge.verifier;

import java.util.Optional;

/// Judges that a run names by file.
@FunctionalInterface
public interface JudgeFiles {

    /// None.
    JudgeFiles NONE = (key, name) -> Optional.empty();

    /// The judge, if the name is a file's.
    ///
    /// @param key where the configuration names it, for messages
    /// @throws dev.hone.contracts.run.InvalidConfigException if it names a jar without a class
    Optional<Judge> find(String key, String name);
}
