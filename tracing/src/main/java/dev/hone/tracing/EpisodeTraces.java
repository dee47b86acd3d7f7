package dev.hone.tracing;

import dev.hone.contracts.EpisodeKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The spans of episodes. An episode is one trace, whose id follows from the episode's ([EpisodeKey#traceId()]).
/// Whoever has the episode, by Kafka or by REST, has the trace, however often a message is delivered and however many
/// of them one poll brings. The span over all of it is task-service's, from the issue of the attempt to its end.
public sealed interface EpisodeTraces extends AutoCloseable permits NoTraces, ExportedTraces {

    /// HTTP header with the span that a request belongs to: W3C's Trace Context.
    String HEADER = "traceparent";

    /// Traces nothing.
    static EpisodeTraces none() {
        return NoTraces.NONE;
    }

    /// Begins a span below the episode's.
    EpisodeSpan begin(EpisodeKey episode, String name);

    /// Begins a span below the one of another service that sent a request.
    ///
    /// @param parent what its [#HEADER] says; without one, or with one that cannot be read, there is no span
    EpisodeSpan begin(@Nullable String parent, String name);

    /// Tells of something below the episode that has been done.
    ///
    /// @param failure short and countable; null: it went well
    void during(EpisodeKey episode, String name, Instant from, Instant to, @Nullable String failure);

    /// Tells of the whole episode, which has ended.
    ///
    /// @param outcome short and countable
    void episode(EpisodeKey episode, Instant from, Instant to, String outcome);

    /// Sends what is left.
    @Override
    void close();
}
