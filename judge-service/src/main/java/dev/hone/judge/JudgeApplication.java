package dev.hone.judge;

import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/// judge-service: reads finished episodes, writes verdicts.
@SpringBootApplication
@Import({MessagingConfiguration.class, ServiceDoorConfiguration.class})
public class JudgeApplication {

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(JudgeApplication.class)
                .properties("spring.config.name=messaging,judge-service");
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
