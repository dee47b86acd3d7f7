package dev.hone.gateway.run;

import java.nio.file.Path;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RunConfiguration {

    @Bean
    Clock gatewayClock() {
        return Clock.systemUTC();
    }

    @Bean
    RunPaths runPaths(GatewayProperties properties) {
        Path here = Path.of("").toAbsolutePath();
        return new RunPaths(
                here,
                properties.home().isEmpty() ? here : Path.of(properties.home()).toAbsolutePath());
    }
}
