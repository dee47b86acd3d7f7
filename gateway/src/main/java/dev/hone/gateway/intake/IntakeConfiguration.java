package dev.hone.gateway.intake;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.gateway.episode.EpisodeRows;
import dev.hone.gateway.run.RunProgress;
import dev.hone.messaging.EventConsumers;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    private final EventConsumers consumers;
    private final RunProgress runs;
    private final EpisodeRows episodes;

    IntakeConfiguration(EventConsumers consumers, RunProgress runs, EpisodeRows episodes) {
        this.consumers = consumers;
        this.runs = runs;
        this.episodes = episodes;
    }

    @Bean
    Consumer<Message<List<byte[]>>> taskRunReported() {
        return consumers.consumer(RunReported.class, runs::onTaskReported);
    }

    @Bean
    Consumer<Message<List<byte[]>>> learnerRunReported() {
        return consumers.consumer(RunReported.class, runs::onLearnerReported);
    }

    @Bean
    Consumer<Message<List<byte[]>>> stepCompleted() {
        return consumers.consumer(StepCompleted.class, runs::onStepCompleted);
    }

    @Bean
    Consumer<Message<List<byte[]>>> policyUpdated() {
        return consumers.consumer(PolicyUpdated.class, runs::onPolicyUpdated);
    }

    @Bean
    Consumer<Message<List<byte[]>>> episodeFinished() {
        return consumers.batchConsumer(EpisodeFinished.class, episodes::onEpisodesFinished);
    }

    @Bean
    Consumer<Message<List<byte[]>>> episodeJudged() {
        return consumers.batchConsumer(EpisodeJudged.class, episodes::onEpisodesJudged);
    }

    @Bean
    Consumer<Message<List<byte[]>>> groupClosed() {
        return consumers.batchConsumer(GroupClosed.class, events -> {
            runs.onGroupsClosed(events);
            episodes.onGroupsClosed(events);
        });
    }
}
