package dev.hone.gateway.run;

import dev.hone.contracts.Topics;
import dev.hone.contracts.run.Quota;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.messaging.Outbox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Tells the services of runs, of each project no more at the same time than its quota allows. Others wait in the order
/// in which they were submitted, and say for what. A paused run keeps its place; one that waits has none.
@Component
class RunQueue {

    private static final List<String> ENDED = Arrays.stream(RunState.values())
            .filter(RunState::terminal)
            .map(RunState::name)
            .toList();

    /// Those of a project that are not over.
    private static final String OPEN =
            "select name from run where project = :project and state not in (:ended) and name <> :but and ";

    private static final int NAMED = 5;

    private final Runs runs;
    private final Outbox outbox;
    private final TransactionTemplate transaction;
    private final JdbcClient jdbc;
    private final Quota quota;

    /// @param quota as [Quota#of] reads it; empty: no limit
    RunQueue(
            Runs runs,
            Outbox outbox,
            TransactionTemplate transaction,
            JdbcClient jdbc,
            @Value("${hone.quota.runs:}") String quota) {
        this.runs = runs;
        this.outbox = outbox;
        this.transaction = transaction;
        this.jdbc = jdbc;
        this.quota = Quota.of("hone.quota.runs", quota);
    }

    /// Tells the services of a run that is just stored, or lets it wait. In the transaction that stores it.
    void enter(Run run) {
        String project = run.project();
        if (quota.of(project) == Quota.UNLIMITED) {
            tell(run);
            return;
        }
        lock(project);
        List<String> before = waiting(project, run.name());
        List<String> going = going(project, run.name());
        if (before.isEmpty() && going.size() < quota.of(project)) {
            tell(run);
        } else {
            run.waits(reason(project, going, before.size()));
        }
    }

    /// Tells the services of runs for which there is room by now.
    @Scheduled(fixedDelayString = "${hone.quota.look-every:1s}")
    void advance() {
        jdbc.sql("select distinct project from run where waiting is not null")
                .query((row, number) -> row.getString(1))
                .list()
                .forEach(project -> transaction.executeWithoutResult(status -> advance(project)));
    }

    private void advance(String project) {
        lock(project);
        List<String> going = new ArrayList<>(going(project, ""));
        int before = 0;
        for (String name : waiting(project, "")) {
            Run run = runs.lock(name).orElseThrow();
            if (run.state() != RunState.SUBMITTED) {
                continue;
            }
            if (going.size() < quota.of(project)) {
                tell(run);
                going.add(name);
            } else {
                run.waits(reason(project, going, before++));
            }
        }
    }

    private void tell(Run run) {
        run.begins();
        outbox.publish(Topics.RUN_SUBMITTED, new RunSubmitted(run.id(), run.config(), run.submittedAt()));
    }

    /// Who else counts and tells for the project waits until this transaction ends.
    private void lock(String project) {
        jdbc.sql("select pg_advisory_xact_lock(hashtext(?))")
                .param("hone.quota.runs/" + project)
                .query((row, n) -> "")
                .list();
    }

    private List<String> going(String project, String but) {
        return open(OPEN + "waiting is null order by submitted_at, name", project, but);
    }

    private List<String> waiting(String project, String but) {
        return open(OPEN + "state = 'SUBMITTED' and waiting is not null order by submitted_at, name", project, but);
    }

    private List<String> open(String sql, String project, String but) {
        return jdbc.sql(sql)
                .param("project", project)
                .param("ended", ENDED)
                .param("but", but)
                .query((row, number) -> row.getString(1))
                .list();
    }

    private String reason(String project, List<String> going, int before) {
        String named = String.join(", ", going.subList(0, Math.min(NAMED, going.size())));
        return "It waits: project " + project + " may have " + quota.of(project) + " runs at the same time and has "
                + going.size() + " (" + named + (going.size() > NAMED ? ", …" : "") + "). Runs that wait before it: "
                + before + ". It begins when there is room; cancel one to make some.";
    }
}
