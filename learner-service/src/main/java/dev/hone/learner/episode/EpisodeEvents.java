package dev.hone.learner.episode;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.messaging.EventConsumers;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/// The topics that episodes come back on.
@Configuration(proxyBeanMethods = false)
class EpisodeEvents {
    @Bean
    Consumer<Message<List<byte[]>>> episodeFinished(EventConsumers consumers, Episodes episodes, Arrivals arrivals) {
        return consumers.batchConsumer(EpisodeFinished.class, events -> {
            episodes.finished(events);
            arrivals.raise();
        });
    }

    @Bean
    Consumer<Message<List<byte[]>>> episodeJudged(EventConsumers consumers, Episodes episodes, Arrivals arrivals) {
        return consumers.batchConsumer(EpisodeJudged.class, events -> {
            episodes.judged(events);
            arrivals.raise();
        });
    }

    @Bean
    Consumer<Message<List<byte[]>>> groupClosed(EventConsumers consumers, ClosedGroups groups, Arrivals arrivals) {
        return consumers.batchConsumer(GroupClosed.class, events -> {
            groups.closed(events);
            arrivals.raise();
        });
    }
}
