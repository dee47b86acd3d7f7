package dev.hone.learner.episode;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Wakes the training thread when something that it may wait for has been stored.
@Component
public class Arrivals {
    private final Semaphore raised = new Semaphore(0);

    /// Wakes it once the present transaction has committed; at once outside one.
    public void raise() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            raised.release();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                raised.release();
            }
        });
    }

    /// Waits until something was stored, or for so long.
    public void await(long millis) throws InterruptedException {
        if (raised.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            raised.drainPermits();
        }
    }
}
