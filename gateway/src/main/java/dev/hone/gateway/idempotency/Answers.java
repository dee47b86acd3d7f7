package dev.hone.gateway.idempotency;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Answers by key, kept for [#DAYS] days.
@Component
class Answers {

    private static final int DAYS = 7;

    private final JdbcClient jdbc;

    Answers(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Takes a key for the caller's transaction. Who takes it meanwhile waits for that to end.
    ///
    /// @return whether it is the caller's; else there is an answer
    boolean take(String key, String requestHash) {
        jdbc.sql("delete from idempotent_answer where at < now() - make_interval(days => ?)")
                .param(DAYS)
                .update();
        return jdbc.sql("insert into idempotent_answer (key, request_hash) values (?, ?) on conflict do nothing")
                        .params(key, requestHash)
                        .update()
                == 1;
    }

    Optional<Answer> find(String key) {
        return jdbc.sql("select * from idempotent_answer where key = ?")
                .param(key)
                .query((rs, n) -> new Answer(
                        rs.getString("request_hash"),
                        rs.getInt("status"),
                        rs.getString("location"),
                        rs.getString("content_type"),
                        rs.getBytes("body")))
                .optional();
    }

    void keep(String key, Answer answer) {
        jdbc.sql("update idempotent_answer set status = ?, location = ?, content_type = ?, body = ? where key = ?")
                .param(answer.status())
                .param(answer.location())
                .param(answer.contentType())
                .param(answer.body())
                .param(key)
                .update();
    }
}
