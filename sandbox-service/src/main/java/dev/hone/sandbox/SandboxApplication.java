package dev.hone.sandbox;

import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.tracing.TracingConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/// The service: HTTP in front ({@link dev.hone.sandbox.execution}), the jail behind it ({@link
/// dev.hone.sandbox.isolation}).
@SpringBootApplication
@ConfigurationPropertiesScan
@Import({TracingConfiguration.class, ServiceDoorConfiguration.class})
public class SandboxApplication {

    /// The application with its own configuration file, alone or beside other services in one JVM.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(SandboxApplication.class).properties("spring.config.name=sandbox-service");
    }

    static void main(String[] arguments) {
        builder().run(arguments);
    }
}
