package dev.hone.calls;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// What a service imports that only other services may call.
@Configuration(proxyBeanMethods = false)
@Import(CallsConfiguration.class)
public class ServiceDoorConfiguration {

    /// @param bind the address that the service listens on; empty: all of the machine's
    @Bean
    ServiceDoor serviceDoor(
            ServiceSecret secret,
            ObjectProvider<OwnKeys> ownKeys,
            @Value("${spring.application.name:service}") String service,
            @Value("${server.address:}") String bind) {
        return new ServiceDoor(secret, ownKeys.getIfAvailable(() -> OwnKeys.NONE), service, bind);
    }
}
