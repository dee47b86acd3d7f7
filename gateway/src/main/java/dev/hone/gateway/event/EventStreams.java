package dev.hone.gateway.event;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Streams a run's events: what the log holds after a given id, then what comes, until the run has ended and all is
/// told.
@Component
public class EventStreams implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
    private static final int BATCH = 200;

    /// How long events of another process may go unnoticed.
    private static final Duration POLL = Duration.ofSeconds(1);

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final RunEvents events;
    private final EventSignal signal;
    private final ExecutorService watchers = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean running;

    EventStreams(RunEvents events, EventSignal signal) {
        this.events = events;
        this.signal = signal;
    }

    /// @param after id of the last event that the reader has; 0 for all
    /// @param ended whether the run is in a terminal state
    public SseEmitter open(String run, long after, BooleanSupplier ended) {
        SseEmitter emitter = new SseEmitter(0L);
        watchers.execute(() -> {
            try {
                stream(emitter, run, after, ended);
                emitter.complete();
            } catch (IOException | IllegalStateException e) {
                LOG.debug("A reader of run {} went away: {}", run, e.toString());
            } catch (InterruptedException e) {
                emitter.complete();
            } catch (RuntimeException e) {
                LOG.warn("Streaming run {} failed", run, e);
                emitter.completeWithError(e);
            }
        });
        return emitter;
    }

    private void stream(SseEmitter emitter, String run, long after, BooleanSupplier ended)
            throws IOException, InterruptedException {
        long last = after;
        long spoken = System.nanoTime();
        emitter.send(SseEmitter.event().comment("events of run " + run));
        while (true) {
            long seen = signal.count();
            boolean over = ended.getAsBoolean(); // Before the log is read: what it then holds is all.
            List<RunEvent> news = events.after(run, last, BATCH);
            for (RunEvent event : news) {
                emitter.send(SseEmitter.event()
                        .id(Long.toString(event.id()))
                        .name(event.type())
                        .data(event.data()));
                last = event.id();
                spoken = System.nanoTime();
            }
            if (news.isEmpty() && over) {
                return;
            }
            if (news.size() < BATCH && !over) {
                signal.await(seen, POLL);
            }
            if (System.nanoTime() - spoken > HEARTBEAT.toNanos()) {
                emitter.send(SseEmitter.event().comment("heartbeat"));
                spoken = System.nanoTime();
            }
        }
    }

    @Override
    public void start() {
        running = true;
    }

    /// Ends every stream, before the web server waits for open requests.
    @Override
    public void stop() {
        running = false;
        watchers.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
