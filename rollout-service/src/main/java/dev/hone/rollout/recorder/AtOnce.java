package dev.hone.rollout.recorder;

import dev.hone.contracts.Failure;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// The same work on several things at the same time, on virtual threads that end with it.
final class AtOnce {

    private AtOnce() {}

    /// Results in the order of the things.
    ///
    /// @throws EpisodeFailedException that one of them threw
    static <A, B> List<B> all(List<A> things, Function<A, B> work) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<B>> futures = new ArrayList<>();
            for (A thing : things) {
                futures.add(threads.submit(() -> work.apply(thing)));
            }
            List<B> results = new ArrayList<>();
            for (Future<B> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure("interrupted", "Generation was interrupted; the attempt is repeated.", true), e);
        }
    }
}
