package dev.hone.learner.training;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.learner.batch.PhaseMetrics;
import dev.hone.learner.batch.StalenessBound;
import dev.hone.learner.batch.TokenVersions;
import dev.hone.learner.batch.TrainingBatch;
import dev.hone.learner.checkpoint.CheckpointDirectory;
import dev.hone.learner.checkpoint.SoundCheckpoint;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import dev.hone.learner.evaluation.EvaluationMetrics;
import dev.hone.learner.ledger.LedgerMember;
import dev.hone.learner.offer.WeightsOffer;
import dev.hone.learner.publish.PolicyHost;
import dev.hone.learner.publish.SwapModes;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.RunState;
import dev.hone.learner.step.Update;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Takes one run from its model to its end: waits for complete phases, updates, tells, publishes.
@Component
class RunTrainer {
    private static final Logger LOG = LoggerFactory.getLogger(RunTrainer.class);
    private static final double TERA = 1e12;

    private final PhaseQueue queue;
    private final Restart restart;
    private final Savepoints savepoints;
    private final Announcements announcements;
    private final PolicyHost host;
    private final WeightsOffer offer;
    private final RunMeters meters;
    private final LearnerProperties properties;

    RunTrainer(
            PhaseQueue queue,
            Restart restart,
            Savepoints savepoints,
            Announcements announcements,
            PolicyHost host,
            WeightsOffer offer,
            RunMeters meters,
            LearnerProperties properties) {
        this.queue = queue;
        this.restart = restart;
        this.savepoints = savepoints;
        this.announcements = announcements;
        this.host = host;
        this.offer = offer;
        this.meters = meters;
        this.properties = properties;
    }

    /// Trains until the run ends or is ended, or until there is to be an end to it here.
    ///
    /// @param goOn false when the service stops
    void train(KnownRun run, BooleanSupplier goOn) throws IOException, InterruptedException {
        Path output = properties.output(run.run(), run.config());
        if (writes(run)) {
            OutputFolder.problem(output, run.run().value()).ifPresent(problem -> {
                throw new IllegalArgumentException("hone.trainer_common.output_dir " + problem);
            });
        }
        CheckpointDirectory checkpoints = new CheckpointDirectory(output, run.run());
        LOG.info("Run {}: loading {}", run.run(), run.config().model().path());
        SoundCheckpoint from = restart.find(run.run(), checkpoints);
        try (PolicySession session = restart.open(run, from)) {
            int version = restart.restore(run, from, session, checkpoints);
            try (Generator generator =
                    new Generator(session.policy(), session.policy().publish(version), generatorOptions(run))) {
                Loop loop = new Loop(run, session, generator, checkpoints, output);
                loop.begin(version);
                loop.turn(goOn);
            } finally {
                host.clear();
                offer.end();
            }
        }
    }

    /// Whether anything comes of the run but numbers.
    private static boolean writes(KnownRun run) {
        return !run.config().trainerCommon().valOnly();
    }

    private GeneratorOptions generatorOptions(KnownRun run) {
        int concurrent = Math.min(
                properties.maxConcurrent(), Math.max(1, run.config().rollout().maxEnvWorker()));
        return new GeneratorOptions(concurrent, concurrent, properties.burst(), 0);
    }

    /// One run's phases, one after another.
    private final class Loop {
        private final KnownRun run;
        private final PolicySession session;
        private final Generator generator;
        private final CheckpointDirectory checkpoints;
        private final Path output;
        private int version;
        private long phaseStart = System.nanoTime();
        private long busyAtStart;
        private @Nullable Long unsavedSince;

        Loop(KnownRun run, PolicySession session, Generator generator, CheckpointDirectory checkpoints, Path output) {
            this.run = run;
            this.session = session;
            this.generator = generator;
            this.checkpoints = checkpoints;
            this.output = output;
        }

        void begin(int restored) throws IOException {
            version = restored;
            String checksum = session.checksum();
            host.host(new PolicyHost.Hosted(run.run(), generator, version, checksum));
            meters.version(run.run(), version);
            meters.memoryOf(session.policy().options().device());
            offer.begin(output.resolve("published"));
            offer.published(run.run(), version, checksum, session.policy());
            if (run.state() == RunState.SUBMITTED) {
                announcements.prepared(run.run(), checksum);
            } else {
                announcements.version(run.run(), version, checksum);
            }
            LOG.info("Run {}: version {} generates ({})", run.run(), version, checksum);
        }

        void turn(BooleanSupplier goOn) throws IOException, InterruptedException {
            while (goOn.getAsBoolean() && !queue.ended(run.run())) {
                offer.serve(session.policy());
                if (queue.finished(run.run())) {
                    if (finish()) {
                        return;
                    }
                    queue.await(properties.saveRetry());
                    continue;
                }
                Optional<CompletePhase> phase = queue.next(run.run(), version);
                if (phase.isEmpty()) {
                    queue.await();
                } else if (phase.get().phase().purpose() == Purpose.TRAIN) {
                    train(phase.get());
                } else {
                    evaluate(phase.get());
                }
            }
        }

        private void train(CompletePhase phase) throws IOException {
            Map<String, Double> metrics = new TreeMap<>(PhaseMetrics.of(phase, version));
            TrainingBatch batch = TrainingBatch.of(
                    phase,
                    run.config().trainerCommon().algorithm(),
                    session.advantages(),
                    run.config().rollout().temperature(),
                    new StalenessBound(version, maxStaleness()));
            List<Update.TokenRecord> tokens = List.of();
            boolean applied = false;
            long start = System.nanoTime();
            if (!batch.sequences().isEmpty()) {
                Update update = session.update(batch.sequences());
                applied = update.statistics().optimizerSteps() > 0;
                metrics.putAll(update.statistics().metrics());
                tokens = update.tokens();
                double took = seconds(start, System.nanoTime());
                utilisation(metrics, batch, took);
                meters.trained(batch.trained(), took);
            }
            long updated = System.nanoTime();
            WeightSet weights = session.policy().publish(version + 1);
            metrics.put("updated", applied ? 1.0 : 0.0);
            metrics.put("episodes/trained", (double) batch.trained().size());
            metrics.put("episodes/skipped", (double) batch.skipped().size());
            metrics.put("episodes/too_stale", (double) batch.skipped(StalenessBound.TOO_STALE));
            metrics.put("time/train", seconds(start, updated));
            metrics.put("time/publish", seconds(updated, System.nanoTime()));
            metrics.put("groups/trained", (double) batch.groups());
            List<LedgerMember> members = LedgerMembers.of(batch.trained(), tokens);
            tell(phase, version + 1, metrics, members, batch.skipped(), batch.versions());
            version++;
            generator.swap(weights, swapMode()).join();
            host.host(new PolicyHost.Hosted(run.run(), generator, version, session.checksum()));
            meters.version(run.run(), version);
            offer.published(run.run(), version, session.checksum(), session.policy());
            if (version % run.config().trainerCommon().saveFreq() == 0) {
                save();
            }
        }

        /// A checkpoint that cannot be written stops nothing: until one can, a restart replays more of the ledger.
        private void save() {
            try {
                savepoints.save(run, version, session, checkpoints);
                meters.saved(run.run());
            } catch (IOException e) {
                meters.unsaved(run.run());
                LOG.error(
                        "Run {}: no checkpoint of step {} could be written: {}. The run goes on, and a restart replays"
                                + " what came after the newest one. {}",
                        run.run(),
                        version,
                        e.toString(),
                        TrainingFailure.advice(e));
            }
        }

        private void utilisation(Map<String, Double> metrics, TrainingBatch batch, double took) {
            ModelFlops flops = ModelFlops.of(
                    session.policy().config(), run.config().trainerCommon().lora());
            double done = flops.of(batch.sequences())
                    * run.config().trainerCommon().algorithm().ppoEpochs();
            metrics.put("throughput/train_tflops", done / took / TERA);
            Double peak = properties.peakTflops();
            if (peak != null) {
                metrics.put("mfu", done / took / TERA / peak);
            }
        }

        private int maxStaleness() {
            return run.config().trainerCommon().maxStaleness();
        }

        private Generator.SwapMode swapMode() {
            return SwapModes.of(maxStaleness());
        }

        private void evaluate(CompletePhase phase) {
            Map<String, Double> metrics = new TreeMap<>(EvaluationMetrics.of(phase, version, run.config()));
            tell(phase, version, metrics, List.of(), List.of(), Optional.empty());
        }

        private void tell(
                CompletePhase phase,
                int versionAfter,
                Map<String, Double> metrics,
                List<LedgerMember> trained,
                List<StepCompleted.Skipped> skipped,
                Optional<TokenVersions> versions) {
            boolean training = phase.phase().purpose() == Purpose.TRAIN;
            double took = seconds(phaseStart, System.nanoTime());
            metrics.put("time/step", took);
            long busy = generator.counters().busyNanos();
            metrics.put("time/generating", seconds(busyAtStart, busy));
            busyAtStart = busy;
            double tokens = metrics.getOrDefault("tokens/prompt", 0.0) + metrics.getOrDefault("tokens/sampled", 0.0);
            metrics.put("throughput/tokens_per_second", tokens / took);
            metrics.values().removeIf(value -> !Double.isFinite(value));
            StepCompleted completed = new StepCompleted(
                    run.run(),
                    phase.phase(),
                    versionAfter,
                    metrics,
                    trained.stream().map(member -> member.episode().key()).toList(),
                    training
                            ? List.of()
                            : phase.episodes().stream().map(JudgedEpisode::key).toList(),
                    skipped,
                    Instant.now());
            long steps = session.optimizer().steps();
            if (training) {
                announcements.trained(completed, session.checksum(), steps, session.conditions(), versions, trained);
            } else {
                announcements.evaluated(completed, session.checksum(), steps, session.conditions());
            }
            phaseStart = System.nanoTime();
            meters.completed(completed);
            LOG.info(
                    "Run {}: {} {} reward {} accuracy {} in {} s",
                    run.run(),
                    phase.phase().purpose().label(),
                    phase.phase().step(),
                    metrics.get("reward/mean"),
                    metrics.get("accuracy"),
                    took);
        }

        /// Saves and exports, if anything was trained; the run is then complete.
        ///
        /// @return false if nothing could be written now, so that it has to be tried again
        /// @throws IOException if it was tried for too long
        private boolean finish() throws IOException {
            RunId id = run.run();
            if (!writes(run)) {
                savepoints.drop(run);
                announcements.completed(id, null);
                LOG.info("Run {}: complete, an evaluation", id);
                return true;
            }
            try {
                savepoints.save(run, version, session, checkpoints);
                Path export = savepoints.export(run, session, output);
                meters.saved(id);
                announcements.completed(id, export);
                LOG.info("Run {}: complete, the model is in {}", id, export);
                return true;
            } catch (IOException e) {
                meters.unsaved(id);
                long now = System.nanoTime();
                unsavedSince = unsavedSince == null ? Long.valueOf(now) : unsavedSince;
                if (now - unsavedSince > properties.savePatience().toNanos()) {
                    throw e;
                }
                LOG.error(
                        "Run {}: all its steps are done, but its results could not be written: {}. {} It is tried"
                                + " again every {} s, for {} h at most.",
                        id,
                        e.toString(),
                        TrainingFailure.advice(e),
                        properties.saveRetry().toSeconds(),
                        properties.savePatience().toHours());
                return false;
            }
        }
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
