package dev.hone.rollout.environment;

import dev.hone.rollout.limit.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// Every instance that was asked for and is not known to be released. A row is written before the service is asked,
/// and deleted when the service has said that the instance is gone; so none is forgotten, whatever dies. A process
/// gives signs of life for its rows; rows without are released by whichever process sees them. Releasing is not the
/// episode's business: it happens on a thread of its own, after kills and interruptions too.
@Component
class Instances implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

    /// Stops after the workers, whose episodes end first.
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private static final String BEGIN = """
            insert into environment_instance (instance_id, episode_id, url, alive_until, gone_at)
            values (?, ?, ?, now() + ? * interval '1 millisecond', now() + ? * interval '1 millisecond')""";

    private static final String RENEW = """
            update environment_instance set alive_until = now() + ? * interval '1 millisecond'
            where instance_id = any (?::uuid[])""";

    /// Takes rows to release; no other process takes them for as long as a lease lasts.
    private static final String TAKE = """
            update environment_instance set alive_until = now() + ? * interval '1 millisecond'
            where instance_id in (select instance_id from environment_instance
                where (instance_id = any (?::uuid[]) or alive_until < now()) and instance_id <> all (?::uuid[])
                order by alive_until limit 100 for update skip locked)
            returning instance_id, episode_id, url, gone_at < now() as gone""";

    private final JdbcTemplate jdbc;
    private final EnvironmentClient client;
    private final EnvironmentProperties properties;
    private final Set<UUID> open = ConcurrentHashMap.newKeySet();
    private final Set<UUID> ended = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean running;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    Instances(JdbcTemplate jdbc, EnvironmentClient client, EnvironmentProperties properties) {
        this.jdbc = jdbc;
        this.client = client;
        this.properties = properties;
    }

    private record Leaked(UUID instance, String episode, String url, boolean gone) {}

    /// Names an instance that is about to be asked for.
    ///
    /// @param timeToLive after which the service drops it by itself
    UUID begin(String episode, String url, Duration timeToLive) {
        UUID instance = UUID.randomUUID();
        jdbc.update(BEGIN, instance, episode, url, properties.lease().toMillis(), timeToLive.toMillis());
        open.add(instance);
        return instance;
    }

    /// The episode is over, whatever became of it: the instance is released soon.
    void end(UUID instance) {
        if (open.remove(instance)) {
            ended.add(instance);
            wake.release();
        }
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = Thread.ofVirtual().name("environment-instances").start(this::look);
    }

    @Override
    public synchronized void stop() {
        running = false;
        wake.release();
        try {
            thread.join(RELEASE_TIMEOUT);
            // Whoever starts next need not wait for the leases of what is left.
            jdbc.update(RENEW, 0, array(open));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Instances of environments are released when their leases end: {}", e.toString());
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void look() {
        boolean again = true;
        while (again) {
            again = running;
            try {
                renew();
                release();
                if (again && wake.tryAcquire(properties.sweepInterval().toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            } catch (DataAccessException | TransactionException e) {
                LOG.warn("Instances of environments could not be looked after: {}; trying again", e.toString());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void renew() {
        jdbc.update(RENEW, properties.lease().toMillis(), array(open));
    }

    /// Releases what has ended here, and what nobody looks after; all at once, so that a service that hangs costs the
    /// others no lease.
    private void release() {
        List<Leaked> taken = jdbc.query(
                TAKE,
                (row, n) ->
                        new Leaked(row.getObject(1, UUID.class), row.getString(2), row.getString(3), row.getBoolean(4)),
                properties.lease().toMillis(),
                array(ended),
                array(open));
        taken.forEach(leaked -> ended.remove(leaked.instance));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            taken.forEach(leaked -> threads.execute(() -> release(leaked)));
        }
    }

    private void release(Leaked leaked) {
        try {
            client.release(leaked.url, leaked.instance, RELEASE_TIMEOUT);
            forget(leaked);
        } catch (IOException e) {
            LOG.warn(
                    "Instance {} of the environment at {} (episode {}) was not released: {}; {}",
                    leaked.instance,
                    leaked.url,
                    leaked.episode,
                    e.toString(),
                    leaked.gone ? "its time to live is over, so it is forgotten" : "trying again");
            if (leaked.gone) {
                forget(leaked);
            }
        } catch (DataAccessException e) {
            LOG.warn("Instance {} is released, but not crossed out: {}; trying again", leaked.instance, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forget(Leaked leaked) {
        jdbc.update("delete from environment_instance where instance_id = ?", leaked.instance);
    }

    private void pause() {
        try {
            Deadline.in(properties.sweepInterval()).pause(properties.sweepInterval());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String[] array(Set<UUID> instances) {
        return instances.stream().map(UUID::toString).toArray(String[]::new);
    }
}
