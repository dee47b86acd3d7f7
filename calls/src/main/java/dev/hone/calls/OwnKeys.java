package dev.hone.calls;

import java.util.List;

/// Paths of a service that are not for services: each request there shows a key of its own kind, and their handlers
/// look at it.
///
/// @param prefixes what their paths begin with
public record OwnKeys(List<String> prefixes) {

    static final OwnKeys NONE = new OwnKeys(List.of());

    public OwnKeys {
        prefixes = List.copyOf(prefixes);
    }
}
