package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.task.LedgerReport;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.PlanReport;
import dev.hone.task.curriculum.Plan;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// `GET /api/v1/runs/{run}/ledger` and `/plan`.
@RestController
@RequestMapping("/api/v1/runs/{run}")
class RunController {

    private final Runs runs;
    private final Episodes episodes;
    private final IssuedPhases phases;

    RunController(Runs runs, Episodes episodes, IssuedPhases phases) {
        this.runs = runs;
        this.episodes = episodes;
        this.phases = phases;
    }

    @GetMapping("/ledger")
    @Transactional(readOnly = true)
    public LedgerReport ledger(@PathVariable("run") String name) {
        Run run = find(name);
        List<LedgerLine> lines = episodes.lines(name);
        return new LedgerReport(
                run.id(),
                run.state(),
                run.reason().orElse(null),
                counts(name, Purpose.TRAIN, lines),
                counts(name, Purpose.EVAL, lines));
    }

    private LedgerReport.Counts counts(String run, Purpose purpose, List<LedgerLine> all) {
        List<LedgerLine> lines =
                all.stream().filter(line -> line.purpose() == purpose).toList();
        long samples = episodes.countByRunAndPurposeAndAttempt(run, purpose, 0);
        long judged = EpisodeState.WITH_VERDICT.stream()
                .mapToLong(state -> count(lines, state))
                .sum();
        long givenUp = count(lines, EpisodeState.GIVEN_UP);
        return new LedgerReport.Counts(
                samples,
                lines.stream().mapToLong(LedgerLine::count).sum(),
                samples - judged - givenUp,
                judged,
                givenUp,
                count(lines, EpisodeState.TRAINED),
                count(lines, EpisodeState.EVALUATED),
                count(lines, EpisodeState.SKIPPED),
                count(lines, EpisodeState.SUPERSEDED),
                reasons(lines));
    }

    private static long count(List<LedgerLine> lines, EpisodeState state) {
        return lines.stream()
                .filter(line -> line.state() == state)
                .mapToLong(LedgerLine::count)
                .sum();
    }

    private static Map<String, Map<String, Long>> reasons(List<LedgerLine> lines) {
        Map<String, Map<String, Long>> reasons = new HashMap<>();
        for (LedgerLine line : lines) {
            if (line.reason() != null) {
                reasons.computeIfAbsent(line.state().name().toLowerCase(Locale.ROOT), state -> new HashMap<>())
                        .merge(line.reason(), line.count(), Long::sum);
            }
        }
        return reasons;
    }

    @GetMapping("/plan")
    @Transactional(readOnly = true)
    public PlanReport plan(@PathVariable("run") String name) {
        Run run = find(name);
        Plan plan = run.plan()
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "Run '" + name + "' has no plan: its dataset is not read ("
                                + run.state().label()
                                + run.reason().map(r -> ", " + r).orElse("")
                                + "). Ask again when it is prepared."));
        Map<String, IssuedPhase> issued = new HashMap<>();
        for (IssuedPhase phase : phases.findByRun(name)) {
            issued.put(
                    IssuedPhase.id(
                            run.id(), phase.phase().purpose(), phase.phase().step()),
                    phase);
        }
        List<PlanReport.Planned> planned = plan.phases().stream()
                .map(phase -> new PlanReport.Planned(phase, plan.samples(phase), state(run, phase, issued)))
                .toList();
        return new PlanReport(
                run.id(), run.trainingTasks(), run.validationTasks(), plan.steps(), run.policyVersion(), planned);
    }

    private static String state(Run run, Phase phase, Map<String, IssuedPhase> issued) {
        IssuedPhase known = issued.get(IssuedPhase.id(run.id(), phase.purpose(), phase.step()));
        if (known == null) {
            return "planned";
        }
        return known.complete() ? "completed" : "issued";
    }

    private Run find(String name) {
        return runs.findByName(name)
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND,
                        "No run '" + name + "' is known here; check its name with GET /api/v1/runs."));
    }
}
