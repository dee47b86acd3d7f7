package dev.hone.worker.inside;

import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Calls a jar's class on behalf of a service, inside the jail. Needs a public constructor without parameters.
///
/// @param <T> what the class has to be
public interface Guest<T> {

    /// What the class has to be.
    Class<T> type();

    /// Does one call; many at the same time, each on a thread of its own.
    ///
    /// @param code makes objects of the class
    /// @param request as the service sent it, with `base_url` where there is an endpoint
    /// @return JSON
    /// @throws Exception what the code throws; its text is told to people
    JsonNode call(Supplier<T> code, JsonNode request) throws Exception;

    /// What kind of failure an exception is.
    default String kind(Throwable failure) {
        return "error";
    }
}
