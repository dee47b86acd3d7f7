package dev.hone.learner.follow;

import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.learner.offer.HostedPolicy;
import dev.hone.learner.publish.PolicyHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/// The one thread that follows. It asks the learner what generates there, at the start, when an event says that
/// something changed, and from time to time: so it catches up after whichever side was away. It then fetches those
/// weights and takes them if they are what was announced. What generated before goes on until then, also while the
/// learner is away; it ends when the learner says that the run does.
@Component
class Follower implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /// Between two requests for weights that are being published or written.
    private static final Duration SOON = Duration.ofMillis(100);

    private final LearnerClient learner;
    private final PolicyHost host;
    private final FollowerMeters meters;
    private final FollowerProperties properties;
    private final Semaphore raised = new Semaphore(0);
    private final AtomicReference<@Nullable PolicyUpdated> announced = new AtomicReference<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable FollowedRun followed;
    private volatile String trouble = "";
    private @Nullable Target fetching;
    private long fetchingSince;

    Follower(LearnerClient learner, PolicyHost host, FollowerMeters meters, FollowerProperties properties) {
        this.learner = learner;
        this.host = host;
        this.meters = meters;
        this.properties = properties;
    }

    /// Takes notice that other weights generate at the learner.
    void announced(PolicyUpdated event) {
        announced.set(event);
        raised.release();
    }

    /// What generates here; empty if nothing does.
    Optional<FollowedRun> followed() {
        return Optional.ofNullable(followed);
    }

    /// Why the newest weights are not here; empty if they are.
    String trouble() {
        return trouble;
    }

    private void work() {
        try {
            FileSystemUtils.deleteRecursively(properties.directory());
            while (goOn()) {
                Duration pause = properties.poll();
                try {
                    turn();
                    trouble = "";
                } catch (RefusedException e) {
                    pause = refused(e);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("Following failed, it is tried again in {}", pause, e);
                    trouble = e.toString();
                }
                if (raised.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    raised.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Following ends", e);
        } catch (IOException e) {
            LOG.error("{} cannot be used: {}", properties.directory(), e.toString());
            trouble = e.toString();
        } catch (Error e) {
            LOG.error("Following ended for good; restart this policy-server", e);
            trouble = e.toString();
        } finally {
            drop();
        }
    }

    /// Says it once, however often it is met.
    ///
    /// @return how long to wait before trying again
    private Duration refused(RefusedException e) {
        boolean waiting = e.refusal() == Refusal.NOT_YET;
        String met = (fetching == null ? "" : fetching + ": ") + e.refusal().label() + ": " + e.getMessage();
        if (!waiting) {
            meters.refused(e.refusal());
            if (!met.equals(trouble)) {
                LOG.warn("Not followed: {}", met);
            }
        }
        trouble = met;
        return waiting || e.refusal() == Refusal.GONE ? SOON : properties.poll();
    }

    private void turn() throws IOException, RefusedException, InterruptedException {
        Optional<HostedPolicy> hosted = learner.policies().stream().findFirst();
        FollowedRun present = followed;
        if (present != null
                && hosted.filter(h -> h.run().equals(present.target().run().value()))
                        .isEmpty()) {
            LOG.info(
                    "Run {} does not generate at the learner any more",
                    present.target().run());
            drop();
        }
        if (hosted.isPresent()) {
            Target target = target(hosted.get());
            FollowedRun still = followed;
            if (still == null || !still.target().equals(target)) {
                follow(hosted.get(), target);
            }
        }
    }

    /// What the learner says that it has, or what an event says that it is about to have.
    private Target target(HostedPolicy hosted) {
        RunId run = new RunId(hosted.run());
        PolicyUpdated event = announced.get();
        return event != null && event.run().equals(run) && event.version() > hosted.version()
                ? new Target(run, event.version(), event.checksum())
                : new Target(run, hosted.version(), hosted.checksum());
    }

    private void follow(HostedPolicy settings, Target target)
            throws IOException, RefusedException, InterruptedException {
        if (!target.equals(fetching)) {
            fetching = target;
            fetchingSince = System.nanoTime();
        }
        Path folder = Files.createDirectories(
                properties.directory().resolve(target.run().value()));
        Path part = folder.resolve(
                "version-" + target.version() + "-" + target.checksum().replaceAll("[^0-9a-z]", "-") + ".part");
        try {
            Duration left = properties.fetchTimeout().minusNanos(System.nanoTime() - fetchingSince);
            learner.weights(target, part, left);
            take(settings, target, folder, part);
        } catch (RefusedException e) {
            boolean goesOn = e.refusal() == Refusal.UNREACHABLE || e.refusal() == Refusal.NOT_YET;
            if (!goesOn) {
                Files.deleteIfExists(part);
                fetchingSince = System.nanoTime();
            }
            throw e;
        }
    }

    private void take(HostedPolicy settings, Target target, Path folder, Path file)
            throws IOException, RefusedException, InterruptedException {
        FollowedRun present = followed;
        if (present == null) {
            learner.companions(target.run(), folder);
            present = FollowedRun.open(settings, target, folder, file, properties);
            followed = present;
        } else {
            follow(present, target, file);
            Files.delete(file);
        }
        host.host(present.hosted());
        Duration took = Duration.ofNanos(System.nanoTime() - fetchingSince);
        meters.followed(target, took);
        fetching = null;
        LOG.info("Followed to {} in {} ms", target, took.toMillis());
    }

    private void follow(FollowedRun present, Target target, Path file) throws IOException, RefusedException {
        try {
            present.follow(target, file);
        } catch (CompletionException e) {
            drop();
            throw new RefusedException(Refusal.UNUSABLE, "The generator broke, it is begun anew: " + e.getCause());
        }
    }

    private void drop() {
        host.clear();
        FollowedRun present = followed;
        followed = null;
        if (present != null) {
            present.close();
        }
    }

    private boolean goOn() {
        return thread == Thread.currentThread();
    }

    @Override
    public void start() {
        Thread following = Thread.ofPlatform().name("follower").unstarted(this::work);
        thread = following;
        following.start();
    }

    /// Ends a download; weights that are being taken are taken.
    @Override
    public void stop() {
        Thread following = thread;
        thread = null;
        if (following != null) {
            following.interrupt();
            try {
                following.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Stops after the web server, which lets requests come to their end.
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
