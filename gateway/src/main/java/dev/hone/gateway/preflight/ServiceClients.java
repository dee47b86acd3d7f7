package dev.hone.gateway.preflight;

import dev.hone.calls.ServiceSecret;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
class ServiceClients {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /// Speaks to the other services, by absolute address.
    @Bean
    RestClient serviceClient(RestClient.Builder builder, ServicesProperties services, ServiceSecret secret) {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build());
        requests.setReadTimeout(services.timeout());
        return builder.requestFactory(requests)
                .defaultHeaders(headers -> secret.sign(headers::set))
                .build();
    }
}
