package dev.hone.tracing;

import dev.hone.contracts.EpisodeKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Off: no class of OpenTelemetry is loaded.
final class NoTraces implements EpisodeTraces {

    static final NoTraces NONE = new NoTraces();

    /// A span of nothing.
    static final EpisodeSpan NO_SPAN = new EpisodeSpan() {
        @Override
        public EpisodeSpan with(String name, String value) {
            return this;
        }

        @Override
        public void failed(String code) {}

        @Override
        public Optional<String> header() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    };

    private NoTraces() {}

    @Override
    public EpisodeSpan begin(EpisodeKey episode, String name) {
        return NO_SPAN;
    }

    @Override
    public EpisodeSpan begin(@Nullable String parent, String name) {
        return NO_SPAN;
    }

    @Override
    public void during(EpisodeKey episode, String name, Instant from, Instant to, @Nullable String failure) {}

    @Override
    public void episode(EpisodeKey episode, Instant from, Instant to, String outcome) {}

    @Override
    public void close() {}
}
