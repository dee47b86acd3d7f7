package dev.hone.tracing;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What a service imports to trace episodes. It does where a collector is named, under the names that OpenTelemetry has
/// for its settings.
@Configuration(proxyBeanMethods = false)
public class TracingConfiguration {

    /// @param endpoint of the collector; empty: nothing is traced
    /// @param share of the episodes that are traced, 0 to 1
    @Bean
    EpisodeTraces episodeTraces(
            @Value("${spring.application.name:hone}") String service,
            @Value("${OTEL_EXPORTER_OTLP_ENDPOINT:}") String endpoint,
            @Value("${OTEL_TRACES_SAMPLER_ARG:1}") double share) {
        return endpoint.isEmpty() ? EpisodeTraces.none() : new ExportedTraces(service, endpoint, share);
    }
}
