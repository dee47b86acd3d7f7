package dev.hone.gateway.event;

import dev.hone.contracts.EventCodec;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Every run's log of events, append-only.
@Component
public class RunEvents {

    /// The run's state changed.
    public static final String RUN = "run";

    /// A training step is done.
    public static final String STEP = "step";

    /// An evaluation is done.
    public static final String EVALUATION = "evaluation";

    /// A group of episodes is closed.
    public static final String PROGRESS = "progress";

    private final JdbcClient jdbc;
    private final EventSignal signal;

    RunEvents(JdbcClient jdbc, EventSignal signal) {
        this.jdbc = jdbc;
        this.signal = signal;
    }

    /// Appends an event in the caller's transaction.
    ///
    /// INVARIANT: the caller has locked the run's row, so that a run's ids become visible in their order.
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(String run, String type, Object data) {
        jdbc.sql("insert into run_event (run, type, data) values (?, ?, ?)")
                .params(run, type, EventCodec.json().writeValueAsString(data))
                .update();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                signal.raise();
            }
        });
    }

    /// Id of the run's newest event; 0 before the first.
    public long newest(String run) {
        return jdbc.sql("select coalesce(max(id), 0) from run_event where run = ?")
                .param(run)
                .query(Long.class)
                .single();
    }

    /// The run's events with an id above `after`, oldest first, at most `limit`.
    List<RunEvent> after(String run, long after, int limit) {
        return jdbc.sql("select id, type, data from run_event where run = ? and id > ? order by id limit ?")
                .params(run, after, limit)
                .query((rs, n) -> new RunEvent(rs.getLong(1), rs.getString(2), rs.getString(3)))
                .list();
    }
}
