package dev.hone.learner.offer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.contracts.RunId;
import dev.hone.learner.episode.Arrivals;
import dev.hone.policy.Parameter;
import dev.hone.policy.Policy;
import dev.hone.policy.safetensors.SafetensorsWriter;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/// The published weights as a file for those who follow them.
///
/// What is offered are the float32 master weights, because the checksum of a version is theirs: who has the file can
/// prove what it holds, and packs from it exactly what the learner generates with, in whatever compute type. Sending
/// bfloat16 would halve the bytes but needs a second checksum that neither the ledger nor a checkpoint knows.
///
/// A version is copied on the device by the training thread, which takes as long as reading the weights once, and
/// written to a file beside the training. Nothing is copied as long as nobody asks, nor when nobody has asked for the
/// last [#UNASKED] versions. The newest two files are kept, so that a download survives one change of version.
@Component
public class WeightsOffer {
    private static final Logger LOG = LoggerFactory.getLogger(WeightsOffer.class);

    /// So many versions are written without being asked for, then no more.
    private static final int UNASKED = 3;

    /// A version that may be asked for.
    ///
    /// @param file its weights; null until the training thread has made the copy
    record Offered(
            RunId run,
            int version,
            String checksum,
            @Nullable CompletableFuture<Path> file) {
        boolean is(int otherVersion, String otherChecksum) {
            return version == otherVersion && checksum.equals(otherChecksum);
        }

        boolean missing() {
            return file == null || file.isCompletedExceptionally();
        }
    }

    private final Arrivals arrivals;
    private final AtomicInteger unasked = new AtomicInteger(UNASKED);
    private volatile @Nullable Offered current;
    private volatile @Nullable Offered previous;
    private @Nullable Path folder;

    WeightsOffer(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /// A run's weights will be published; training thread only.
    ///
    /// @param files where their files go; what an earlier process left there is removed
    public void begin(Path files) throws IOException {
        FileSystemUtils.deleteRecursively(files);
        folder = files;
        unasked.set(UNASKED);
    }

    /// These weights generate from now on; training thread only.
    ///
    /// @param policy whose parameters are that version
    public void published(RunId run, int version, String checksum, Policy policy) {
        Offered last = current;
        Offered dropped = previous;
        previous = last;
        current = new Offered(run, version, checksum, null);
        if (dropped != null) {
            remove(dropped);
        }
        unasked.incrementAndGet();
        serve(policy);
    }

    /// Makes the file of the present version if somebody wants it and it is not there; training thread only, between
    /// updates.
    public void serve(Policy policy) {
        Offered offered = current;
        if (offered != null && offered.missing() && unasked.get() < UNASKED) {
            current = new Offered(offered.run(), offered.version(), offered.checksum(), write(offered, policy));
        }
    }

    /// Nothing is offered any more; training thread only, before the policy is closed.
    public void end() {
        for (Offered offered : new @Nullable Offered[] {current, previous}) {
            if (offered != null) {
                remove(offered);
            }
        }
        current = null;
        previous = null;
    }

    /// The file of a version that is offered, the newest or the one before; null if there is none.
    @Nullable
    CompletableFuture<Path> find(RunId run, int version, String checksum) {
        for (Offered offered : new @Nullable Offered[] {current, previous}) {
            if (offered != null && offered.run().equals(run) && offered.is(version, checksum)) {
                return offered.file();
            }
        }
        return null;
    }

    /// Sees to it that files are made from now on.
    void ask() {
        unasked.set(0);
        arrivals.raise();
    }

    private CompletableFuture<Path> write(Offered offered, Policy policy) {
        await(previous);
        Path files = folder;
        if (files == null) {
            throw new IllegalStateException("Weights are offered before begin(); this is a bug.");
        }
        Path file = files.resolve("version-%d-%s.safetensors"
                .formatted(offered.version(), offered.checksum().replaceAll("[^0-9a-z]", "-")));
        NDManager owner = policy.manager().newSubManager();
        List<StoredTensor> tensors = new ArrayList<>();
        for (Parameter parameter : policy.parameters()) {
            try (NDArray view = parameter.array().stopGradient()) {
                NDArray copy = view.duplicate();
                copy.attach(owner);
                tensors.add(new StoredTensor(
                        parameter.name(), StoredType.F32, copy.getShape().getShape(), copy::toByteBuffer));
            }
        }
        return CompletableFuture.supplyAsync(() -> written(file, tensors, owner), WeightsOffer::onOwnThread);
    }

    private static void onOwnThread(Runnable work) {
        Thread.ofPlatform().daemon().name("weights-offer").start(work);
    }

    private static Path written(Path file, List<StoredTensor> tensors, NDManager owner) {
        long start = System.nanoTime();
        try (owner) {
            Files.createDirectories(file.getParent());
            SafetensorsWriter.write(file, tensors, Map.of());
            LOG.debug("{} written in {} ms", file, (System.nanoTime() - start) / 1_000_000);
            return file;
        } catch (IOException e) {
            LOG.warn("The weights for policy-servers could not be written to {}: {}", file, e.toString());
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Offered offered) {
        await(offered);
        CompletableFuture<Path> file = offered.file();
        if (file != null && !offered.missing()) {
            try {
                Files.deleteIfExists(file.join());
            } catch (IOException e) {
                LOG.warn("{} could not be removed: {}", file.join(), e.toString());
            }
        }
    }

    /// Waits until the file is written, or is not.
    private static void await(@Nullable Offered offered) {
        CompletableFuture<Path> file = offered == null ? null : offered.file();
        if (file != null) {
            file.handle((path, failure) -> path).join();
        }
    }
}
