package dev.hone.task.task;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.messaging.EventConsumers;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/// The topics that this service reads; `task-service.yml` binds them.
@Configuration(proxyBeanMethods = false)
class TaskEvents {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ClockJumps clockJumps(Clock clock) {
        return new ClockJumps(clock, System::nanoTime);
    }

    @Bean
    Consumer<Message<List<byte[]>>> runSubmitted(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.consumer(RunSubmitted.class, lifecycle::onSubmitted);
    }

    @Bean
    Consumer<Message<List<byte[]>>> runControlled(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.consumer(RunControlled.class, lifecycle::onControlled);
    }

    @Bean
    Consumer<Message<List<byte[]>>> episodeJudged(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.batchConsumer(EpisodeJudged.class, lifecycle::onJudged);
    }

    @Bean
    Consumer<Message<List<byte[]>>> policyUpdated(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.consumer(PolicyUpdated.class, lifecycle::onPolicyUpdated);
    }

    @Bean
    Consumer<Message<List<byte[]>>> stepCompleted(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.consumer(StepCompleted.class, lifecycle::onStepCompleted);
    }

    @Bean
    Consumer<Message<List<byte[]>>> learnerRunReported(EventConsumers consumers, RunLifecycle lifecycle) {
        return consumers.consumer(RunReported.class, lifecycle::onLearnerReported);
    }
}
