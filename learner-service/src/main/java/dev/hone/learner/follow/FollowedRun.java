package dev.hone.learner.follow;

import dev.hone.learner.model.Placement;
import dev.hone.learner.offer.HostedPolicy;
import dev.hone.learner.publish.PolicyHost;
import dev.hone.learner.publish.SwapModes;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.UnsupportedModelException;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A run's weights here. What is read goes into the float32 arrays, which nothing generates from; only when their
/// checksum is right are they packed and handed to the generator. Belongs to the following thread.
final class FollowedRun implements AutoCloseable {
    private final Policy policy;
    private final Generator generator;
    private final Path folder;
    private final int maxStaleness;
    private Target target;

    private FollowedRun(Policy policy, Generator generator, Path folder, int maxStaleness, Target target) {
        this.policy = policy;
        this.generator = generator;
        this.folder = folder;
        this.maxStaleness = maxStaleness;
        this.target = target;
    }

    /// Begins with a run.
    ///
    /// @param folder holds the model's small files
    /// @param file the weights; moved into the folder
    static FollowedRun open(HostedPolicy settings, Target target, Path folder, Path file, FollowerProperties properties)
            throws IOException, RefusedException {
        Files.move(file, folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        Policy policy = load(settings, folder, properties);
        try {
            verify(policy, target);
            int concurrent = Math.min(properties.maxConcurrent(), Math.max(1, settings.maxEnvWorker()));
            GeneratorOptions options = new GeneratorOptions(concurrent, concurrent, properties.burst(), 0);
            Generator generator = new Generator(policy, policy.publish(target.version()), options);
            return new FollowedRun(policy, generator, folder, settings.maxStaleness(), target);
        } catch (RefusedException | RuntimeException e) {
            policy.close();
            throw e;
        }
    }

    private static Policy load(HostedPolicy settings, Path folder, FollowerProperties properties)
            throws IOException, RefusedException {
        try {
            PolicyOptions options = Placement.of(properties.device(), settings.computeType(), properties.threads());
            return Policy.load(folder, options);
        } catch (InvalidWeightsException e) {
            throw damaged(e);
        } catch (UnsupportedModelException | IllegalArgumentException e) {
            throw new RefusedException(Refusal.UNUSABLE, String.valueOf(e.getMessage()));
        }
    }

    /// Follows to other weights of the run, at a burst's boundary.
    ///
    /// @param file the weights; stays as it is
    void follow(Target next, Path file) throws IOException, RefusedException {
        try {
            policy.importState(file);
        } catch (InvalidWeightsException e) {
            throw damaged(e);
        }
        verify(policy, next);
        WeightSet weights = policy.publish(next.version());
        generator.swap(weights, SwapModes.of(maxStaleness)).join();
        target = next;
    }

    private static RefusedException damaged(InvalidWeightsException e) {
        return new RefusedException(Refusal.DAMAGED, String.valueOf(e.getMessage()));
    }

    private static void verify(Policy policy, Target target) throws RefusedException {
        String found = "sha256:" + policy.checksum();
        if (!found.equals(target.checksum())) {
            throw new RefusedException(
                    Refusal.CHECKSUM, "What came has the checksum " + found + "; it is thrown away and fetched again.");
        }
    }

    /// What generates.
    Target target() {
        return target;
    }

    /// The model's small files.
    Path folder() {
        return folder;
    }

    PolicyHost.Hosted hosted() {
        return new PolicyHost.Hosted(target.run(), generator, target.version(), target.checksum());
    }

    /// Ends the generator: what still runs fails, and can be asked for elsewhere.
    @Override
    public void close() {
        generator.close();
        policy.close();
    }
}
