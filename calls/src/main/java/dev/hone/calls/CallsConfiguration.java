package dev.hone.calls;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What a service imports to call others.
@Configuration(proxyBeanMethods = false)
public class CallsConfiguration {

    @Bean
    ServiceSecret serviceSecret(
            @Value("${" + ServiceSecret.VARIABLE + ":}") String value,
            @Value("${" + ServiceSecret.FILE_VARIABLE + ":}") String file) {
        return ServiceSecret.of(value, file);
    }
}
