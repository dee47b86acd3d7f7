package dev.hone.rollout;

import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/// rollout-service: reads issued tasks, writes finished episodes.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Import(MessagingConfiguration.class)
public class RolloutApplication {

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(RolloutApplication.class)
                .properties("spring.config.name=messaging,rollout-service");
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
