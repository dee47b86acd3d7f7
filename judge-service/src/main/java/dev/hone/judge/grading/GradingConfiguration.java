package dev.hone.judge.grading;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.messaging.EventConsumers;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.scheduling.annotation.EnableScheduling;

@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties({StoredEpisodesProperties.class, WaitingProperties.class})
class GradingConfiguration {

    @Bean
    Consumer<Message<List<byte[]>>> episodeFinished(EventConsumers consumers, Grading grading) {
        return consumers.batchConsumer(EpisodeFinished.class, grading::onEpisodesFinished);
    }

    @Bean
    Clock judgeClock() {
        return Clock.systemUTC();
    }
}
