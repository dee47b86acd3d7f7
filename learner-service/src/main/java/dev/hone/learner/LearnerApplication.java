package dev.hone.learner;

import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.learner.follow.PolicyServer;
import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationExcludeFilter;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.scheduling.annotation.EnableScheduling;

/// learner-service: gathers judged episodes, writes new weights. With `hone.learner.role=policy-server` the same jar
/// is a [PolicyServer].
@SpringBootApplication
@ComponentScan(
        excludeFilters = {
            @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class),
            @Filter(type = FilterType.CUSTOM, classes = AutoConfigurationExcludeFilter.class),
            @Filter(type = FilterType.REGEX, pattern = "dev\\.hone\\.learner\\.follow\\..*")
        })
@ConfigurationPropertiesScan
@EnableScheduling
@Import({MessagingConfiguration.class, ServiceDoorConfiguration.class})
public class LearnerApplication {
    private static final String ROLE = "hone.learner.role";

    /// The service with its own configuration file, for main, the launcher and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(LearnerApplication.class)
                .properties("spring.config.name=messaging,learner-service");
    }

    /// Starts the role that `--hone.learner.role`, the system property or `HONE_LEARNER_ROLE` names.
    public static void main(String[] args) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        String role = environment.getProperty(ROLE, "learner");
        switch (role) {
            case "learner" -> builder().run(args);
            case PolicyServer.ROLE -> PolicyServer.builder().run(args);
            default ->
                throw new IllegalArgumentException(
                        ROLE + " is '" + role + "'; set it to learner or " + PolicyServer.ROLE + ".");
        }
    }
}
