package dev.hone.learner.version;

import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.learner.checkpoint.Checkpoints;
import dev.hone.learner.checkpoint.SoundWeights;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.RunState;
import dev.hone.learner.training.LearnerProperties;
import dev.hone.policy.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/// The files of a version: those that the run began with for version 0, the exported model for the last version of a
/// run that is complete, and what a checkpoint holds for the others: all weights in float32, or the adapters.
@Component
class VersionFiles {

    private final Checkpoints checkpoints;
    private final Versions versions;
    private final LearnerProperties properties;

    VersionFiles(Checkpoints checkpoints, Versions versions, LearnerProperties properties) {
        this.checkpoints = checkpoints;
        this.versions = versions;
        this.properties = properties;
    }

    /// @throws ResponseStatusException 409 if its weights are not kept, or its checkpoint is damaged
    ModelFiles of(KnownRun run, int version) throws IOException {
        RunConfig.ModelSource model = run.config().model();
        if (version == 0 && Files.isDirectory(Path.of(model.path()))) {
            return model.adapter().isEmpty()
                    ? ModelFiles.in(Path.of(model.path()))
                    : ModelFiles.adaptersIn(Path.of(model.adapter()));
        }
        Path export = properties.output(run.run(), run.config()).resolve("model");
        boolean newest =
                version == checkpoints.steps(run.run()).stream().findFirst().orElse(-1);
        if (newest && run.state() == RunState.COMPLETED && Files.isRegularFile(export.resolve("config.json"))) {
            return ModelFiles.in(export);
        }
        return files(run, weights(run, version));
    }

    /// Lays a version out for a run that begins with it, once.
    ///
    /// @throws ResponseStatusException as [#of(KnownRun, int)]
    ModelLocation locate(KnownRun run, int version) throws IOException {
        RunConfig.ModelSource model = run.config().model();
        if (version == 0) {
            return new ModelLocation(0, "", model.path(), model.adapter());
        }
        SoundWeights weights = weights(run, version);
        // Another incarnation of the version has a folder of its own.
        String mark =
                weights.checksum().substring(Math.max(0, weights.checksum().length() - 12));
        Path folder = properties.output(run.run(), run.config()).resolve("versions/" + version + "-" + mark);
        write(files(run, weights), folder);
        return lora(run).active()
                ? new ModelLocation(version, weights.checksum(), model.path(), folder.toString())
                : new ModelLocation(version, weights.checksum(), folder.toString(), "");
    }

    private static ModelFiles files(KnownRun run, SoundWeights weights) throws IOException {
        Path base = Path.of(run.config().model().path());
        return lora(run).active()
                ? ModelFiles.adapters(base, lora(run), weights.file())
                : ModelFiles.of(base, weights.file());
    }

    private static LoraConfig lora(KnownRun run) {
        return run.config().trainerCommon().lora();
    }

    private SoundWeights weights(KnownRun run, int version) {
        try {
            return checkpoints.weights(run.run(), version).orElseThrow(() -> notKept(run, version));
        } catch (IOException e) {
            throw new ResponseStatusException(
                    HttpStatus.CONFLICT,
                    "The checkpoint of version " + version + " of run " + run.run() + " cannot be used: "
                            + e.getMessage() + " Take another version; kept are " + versions.kept(run) + ".",
                    e);
        }
    }

    private ResponseStatusException notKept(KnownRun run, int version) {
        List<Integer> kept = versions.kept(run);
        String nearest = kept.stream()
                .min(Comparator.comparingInt(other -> Math.abs(other - version)))
                .map(other -> ", the nearest is " + other)
                .orElse("");
        return new ResponseStatusException(
                HttpStatus.CONFLICT,
                "Run " + run.run() + " keeps no weights of version " + version + "; kept are " + kept + nearest
                        + ". Take one of these; hone.trainer_common.save_freq and keep_checkpoints say which are kept.");
    }

    /// A folder that is there is complete. Weights are linked: they cost no room, and stay when the checkpoint goes.
    private static void write(ModelFiles files, Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(folder.getParent());
        Path partial = Files.createTempDirectory(folder.getParent(), ".part-");
        for (ModelFiles.Entry entry : files.entries()) {
            Path target = partial.resolve(entry.name());
            switch (entry) {
                case ModelFiles.Entry.Made made -> Files.write(target, made.content());
                case ModelFiles.Entry.OnDisk there -> linkOrCopy(there.file(), target);
            }
        }
        Files.move(partial, folder);
    }

    private static void linkOrCopy(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(file, target); // On another disk, or where files have one name only.
        }
    }
}
