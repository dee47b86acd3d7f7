package dev.hone.learner.run;

import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.learner.episode.Arrivals;
import dev.hone.messaging.EventConsumers;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/// The topics that runs come on.
@Configuration(proxyBeanMethods = false)
class RunEvents {
    @Bean
    Consumer<Message<List<byte[]>>> runSubmitted(EventConsumers consumers, Runs runs, Arrivals arrivals) {
        return consumers.consumer(RunSubmitted.class, event -> {
            runs.submit(event.run(), event.config());
            arrivals.raise();
        });
    }

    /// Pausing needs nothing here: task-service issues nothing new meanwhile.
    @Bean
    Consumer<Message<List<byte[]>>> runControlled(EventConsumers consumers, Runs runs, Arrivals arrivals) {
        return consumers.consumer(RunControlled.class, event -> {
            if (event.action() == RunControlled.Action.CANCEL) {
                runs.cancel(event.run());
                arrivals.raise();
            }
        });
    }
}
