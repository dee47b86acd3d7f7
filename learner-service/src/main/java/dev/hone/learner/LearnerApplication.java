package dev.hone.learner;

import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/// learner-service: gathers judged episodes, writes new weights.
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(MessagingConfiguration.class)
public class LearnerApplication {

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(LearnerApplication.class)
                .properties("spring.config.name=messaging,learner-service");
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
