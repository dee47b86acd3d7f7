package dev.hone.tracing;

import java.util.Optional;

/// A span that has begun. Ends when it is closed.
public interface EpisodeSpan extends AutoCloseable {

    /// Adds what it came to.
    EpisodeSpan with(String name, String value);

    /// Marks it as failed.
    ///
    /// @param code short and countable
    void failed(String code);

    /// For the header [EpisodeTraces#HEADER] of a request that belongs to it; empty if nothing is traced.
    Optional<String> header();

    @Override
    void close();
}
