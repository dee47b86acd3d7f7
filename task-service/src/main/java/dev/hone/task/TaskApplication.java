package dev.hone.task;

import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.messaging.MessagingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;

/// The service: the ledger ([dev.hone.task.task]) over datasets ([dev.hone.task.dataset]) and plans
/// ([dev.hone.task.curriculum]).
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Import({MessagingConfiguration.class, ServiceDoorConfiguration.class})
public class TaskApplication {

    /// The application with its own configuration file, alone or beside other services in one JVM.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(TaskApplication.class)
                .properties("spring.config.name=messaging,task-service");
    }

    static void main(String[] arguments) {
        builder().run(arguments);
    }
}
