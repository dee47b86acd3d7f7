package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import java.util.List;
import java.util.stream.Stream;

/// Whose a run becomes: the project that its file names, or, where it names none, that of who submits it.
final class Tenancy {

    private Tenancy() {}

    /// A run's configuration in its project, with what people should know of it.
    record Owned(RunConfig config, List<String> warnings) {}

    /// @throws ApiException 403 if it is the project of others
    static Owned owned(Caller caller, RunConfig config, List<String> warnings) {
        String named = config.projectName();
        if (caller.everywhere() || caller.project().equals(named)) {
            return new Owned(config, warnings);
        }
        if (!named.equals(RunConfigReader.defaults().projectName())) {
            throw ApiException.forbidden(
                    "Not your project",
                    "hone.project_name is '" + named + "', and " + caller.name() + " submits to '" + caller.project()
                            + "' alone; name that one, or ask with a key of the other.");
        }
        return new Owned(
                in(caller.project(), config),
                Stream.concat(
                                warnings.stream(),
                                Stream.of("hone.project_name is '" + caller.project() + "', that of the key."))
                        .toList());
    }

    private static RunConfig in(String project, RunConfig config) {
        return changed(config, project, config.model());
    }

    /// The configuration without the place of its weights.
    static RunConfig withoutModel(RunConfig config) {
        return changed(config, config.projectName(), new RunConfig.ModelSource("", ""));
    }

    private static RunConfig changed(RunConfig config, String project, RunConfig.ModelSource model) {
        return new RunConfig(
                project,
                config.experimentName(),
                config.seed(),
                config.taskReader(),
                config.taskJudge(),
                model,
                config.rollout(),
                config.data(),
                config.trainerCommon(),
                config.trackers(),
                config.gates());
    }
}
