package dev.hone.rollout.episode;

import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.EventConsumers;
import dev.hone.rollout.workflow.FileWorkflows;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class EpisodeEvents {

    @Bean
    Consumer<Message<List<byte[]>>> taskIssued(EventConsumers consumers, EpisodeQueue queue) {
        return consumers.batchConsumer(TaskIssued.class, queue::enqueue);
    }

    @Bean
    Consumer<Message<List<byte[]>>> rolloutRunControlled(
            EventConsumers consumers, EpisodeQueue queue, FileWorkflows files) {
        return consumers.consumer(RunControlled.class, event -> {
            if (event.action() == RunControlled.Action.CANCEL) {
                queue.cancel(event.run());
                files.end(event.run());
            }
        });
    }

    @Bean
    Clock rolloutClock() {
        return Clock.systemUTC();
    }
}
