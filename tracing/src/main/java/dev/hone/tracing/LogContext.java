package dev.hone.tracing;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.RunId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// What this thread works on, as fields of every line that it logs until this is closed: `run`, `episode` and
/// `trace.id`.
public final class LogContext implements AutoCloseable {

    /// Field with the run's name.
    public static final String RUN = "run";

    /// Field with the episode's id.
    public static final String EPISODE = "episode";

    /// Field with the id of the episode's trace, whether it is traced or not.
    public static final String TRACE = "trace.id";

    private final Map<String, @Nullable String> before = new LinkedHashMap<>();

    private LogContext() {}

    /// Work for a run.
    public static LogContext of(RunId run) {
        return new LogContext().with(RUN, run.value());
    }

    /// Work on an episode.
    public static LogContext of(EpisodeKey episode) {
        return of(episode.run()).with(EPISODE, episode.id()).with(TRACE, episode.traceId());
    }

    /// Work on an event with that key: all of them begin with the run.
    public static LogContext ofKey(String key) {
        int end = key.indexOf('/');
        return new LogContext().with(RUN, end < 0 ? key : key.substring(0, end));
    }

    /// Work on what a caller says is an episode.
    public static LogContext ofNamed(String episode) {
        try {
            return of(EpisodeKey.parse(episode));
        } catch (IllegalArgumentException e) {
            return new LogContext();
        }
    }

    private LogContext with(String field, String value) {
        before.put(field, MDC.get(field));
        MDC.put(field, value);
        return this;
    }

    @Override
    public void close() {
        before.forEach((field, value) -> {
            if (value == null) {
                MDC.remove(field);
            } else {
                MDC.put(field, value);
            }
        });
    }
}
