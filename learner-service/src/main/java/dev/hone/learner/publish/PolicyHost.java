package dev.hone.learner.publish;

import dev.hone.contracts.RunId;
import dev.hone.policy.generation.Generator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Which run generates at present. The training thread puts it in and takes it out; any thread generates.
@Component
public class PolicyHost {
    /// A run whose weights generate.
    ///
    /// @param run which
    /// @param generator of its weights
    /// @param version newest that is published
    /// @param checksum of that version's float32 weights
    public record Hosted(RunId run, Generator generator, int version, String checksum) {}

    private volatile @Nullable Hosted hosted;

    /// These weights generate from now on.
    public void host(Hosted next) {
        hosted = next;
    }

    /// Nothing generates any more.
    public void clear() {
        hosted = null;
    }

    /// What generates at present.
    public Optional<Hosted> current() {
        return Optional.ofNullable(hosted);
    }

    /// The run's weights; empty if another run or none is hosted.
    public Optional<Hosted> of(RunId run) {
        Hosted current = hosted;
        return current != null && current.run().equals(run) ? Optional.of(current) : Optional.empty();
    }
}
