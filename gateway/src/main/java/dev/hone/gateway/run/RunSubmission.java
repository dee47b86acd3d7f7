package dev.hone.gateway.run;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.YamlConfigReader;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.event.RunEvents;
import dev.hone.gateway.preflight.Preflight;
import dev.hone.gateway.problem.ApiException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/// Takes a run: reads its file, asks the services, then stores it and tells them, in one transaction.
@Service
class RunSubmission {

    /// `/api/v1/runs/compare` is no run.
    private static final String RESERVED = "compare";

    private final Runs runs;
    private final RunPaths paths;
    private final RunPaths ownPaths;
    private final Preflight preflight;
    private final RunEvents events;
    private final RunQueue queue;
    private final TransactionTemplate transaction;
    private final JdbcClient jdbc;
    private final Clock clock;

    RunSubmission(
            Runs runs,
            RunPaths paths,
            GatewayProperties properties,
            Preflight preflight,
            RunEvents events,
            RunQueue queue,
            TransactionTemplate transaction,
            JdbcClient jdbc,
            Clock clock) {
        this.runs = runs;
        this.paths = paths;
        this.ownPaths = paths.withholding(properties.runs().toAbsolutePath().normalize());
        this.preflight = preflight;
        this.events = events;
        this.queue = queue;
        this.transaction = transaction;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// A file that can run, and under which name.
    record Checked(RunId run, RunConfig config, List<String> warnings) {}

    /// Reads and checks a file; stores nothing.
    ///
    /// @throws ApiException 422 with what is wrong, 409 if the name is taken, 403 if the project is not the
    /// caller's, or it names code that is not for the caller to have run
    Checked check(String text) {
        return check(text, null);
    }

    private Checked check(String text, @Nullable Parent parent) {
        Caller caller = Caller.current();
        try {
            YamlConfigReader.Read<RunConfig> read = RunConfigReader.read(text);
            Tenancy.Owned owned = Tenancy.owned(caller, read.config(), read.warnings());
            OwnCode.require(caller, owned.config());
            if (!caller.everywhere()) {
                // The weights that a fork begins with are where its parent, of the same project, keeps them.
                ownPaths.absolute(parent == null ? owned.config() : Tenancy.withoutModel(owned.config()));
            }
            RunConfig config = paths.absolute(owned.config());
            RunId run = name(config);
            Optional<Run> same = runs.findById(run.value());
            if (same.isPresent()) {
                throw taken(same.get());
            }
            List<PreflightReport.Problem> problems = preflight.check(config);
            if (!problems.isEmpty()) {
                throw ApiException.invalid(problems);
            }
            return new Checked(run, config, owned.warnings());
        } catch (InvalidConfigException e) {
            throw ApiException.invalid(e);
        }
    }

    /// Checks and stores a run.
    ///
    /// @param parent whose weights it begins with; null: they come from a folder
    /// @throws ApiException as [#check(String)]
    Run submit(String text, @Nullable Parent parent) {
        Checked checked = check(text, parent);
        return Objects.requireNonNull(transaction.execute(status -> store(checked, parent)));
    }

    private Run store(Checked checked, @Nullable Parent parent) {
        // Whoever else takes the name waits here, and finds it taken.
        jdbc.sql("select pg_advisory_xact_lock(hashtext(?))")
                .param(checked.run().value())
                .query((rs, n) -> "")
                .list();
        runs.findById(checked.run().value()).ifPresent(same -> {
            throw taken(same);
        });
        Run run = new Run(checked.run(), checked.config(), checked.warnings(), parent, clock.instant());
        runs.saveAndFlush(run);
        events.append(run.name(), RunEvents.RUN, RunChange.of(run));
        queue.enter(run);
        return run;
    }

    private RunId name(RunConfig config) {
        try {
            if (config.experimentName().equals(RESERVED)) {
                throw new IllegalArgumentException("'" + RESERVED + "' is an address of the API; choose another name.");
            }
            if (!config.experimentName().isBlank()) {
                return new RunId(config.experimentName());
            }
            String project = config.projectName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
            int number = 1;
            while (runs.existsById(project + "-" + number)) {
                number++;
            }
            return new RunId(project + "-" + number);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(
                    config.experimentName().isBlank() ? "hone.project_name" : "hone.experiment_name",
                    "cannot name the run: " + e.getMessage());
        }
    }

    private static ApiException taken(Run run) {
        if (!Caller.current().sees(run.project())) {
            return ApiException.conflict(
                    "The run's name is taken", "Another project has it. Choose another hone.experiment_name.");
        }
        String there = "There is a run " + run.name() + " already, which is "
                + run.state().label() + ". Choose another hone.experiment_name";
        return ApiException.conflict(
                "The run's name is taken",
                run.state().terminal()
                        ? there + "."
                        : there + ", or go on with the one that is there: POST /api/v1/runs/" + run.name()
                                + "/resume.");
    }
}
