package dev.hone.gateway;

import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/// gateway: takes runs, and mirrors for people what the other services tell.
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Import(MessagingConfiguration.class)
public class GatewayApplication {

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(GatewayApplication.class)
                .properties("spring.config.name=messaging,gateway");
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
