package dev.hone.rollout;

import dev.hone.calls.OwnKeys;
import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.messaging.MessagingConfiguration;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/// rollout-service: reads issued tasks, writes finished episodes.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Import({MessagingConfiguration.class, ServiceDoorConfiguration.class})
public class RolloutApplication {

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(RolloutApplication.class)
                .properties("spring.config.name=messaging,rollout-service");
    }

    /// Agents in other processes show their episode's key.
    @Bean
    static OwnKeys episodesKeys() {
        return new OwnKeys(List.of("/v1/", "/api/v1/episodes/"));
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
