package dev.hone.judge.modeljudge;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// In this service's tables.
@Component
class JdbcLlmLedger implements LlmLedger {

    private final JdbcClient jdbc;

    JdbcLlmLedger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<LlmVerdict> find(String key) {
        return jdbc.sql("select agrees, reason from llm_verdict where key = ?")
                .param(key)
                .query((rs, n) -> new LlmVerdict(rs.getBoolean("agrees"), rs.getString("reason")))
                .optional();
    }

    @Override
    public void keep(String key, String model, LlmVerdict verdict) {
        jdbc.sql("insert into llm_verdict (key, model, agrees, reason) values (?, ?, ?, ?) on conflict do nothing")
                .params(key, model, verdict.agrees(), verdict.reason())
                .update();
    }

    @Override
    public boolean take(String run, int most) {
        return jdbc.sql("insert into llm_budget (run, calls) values (?, 1) on conflict (run) do update"
                                + " set calls = llm_budget.calls + 1 where ? = 0 or llm_budget.calls < ?")
                        .params(run, most, most)
                        .update()
                == 1;
    }

    @Override
    public void giveBack(String run) {
        jdbc.sql("update llm_budget set calls = calls - 1 where run = ?")
                .param(run)
                .update();
    }
}
