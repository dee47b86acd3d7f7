package dev.hone.gateway.run;

import dev.hone.contracts.run.Outbound;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RunConfiguration {

    @Bean
    Clock gatewayClock() {
        return Clock.systemUTC();
    }

    @Bean
    RunPaths runPaths(GatewayProperties properties, @Value("${server.address:}") String bind) {
        Path here = Path.of("").toAbsolutePath();
        Path home =
                properties.home().isEmpty() ? here : Path.of(properties.home()).toAbsolutePath();
        List<Path> named = properties.paths().stream()
                .map(path -> path.toAbsolutePath().normalize())
                .toList();
        boolean anywhere = named.isEmpty() && Outbound.onlyThisMachine(bind);
        return new RunPaths(
                here, home, anywhere ? List.of() : named.isEmpty() ? List.of(here, home) : named, List.of());
    }
}
