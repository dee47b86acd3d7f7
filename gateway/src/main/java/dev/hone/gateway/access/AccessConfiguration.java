package dev.hone.gateway.access;

import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.servlet.DelegatingFilterProxyRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// The gateway's door, wired. Spring Security comes without Boot's auto-configuration: nothing here hangs on a
/// condition.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class AccessConfiguration {

    /// Before the filters that have no order, after those that bound requests.
    private static final int ORDER = -100;

    @Bean
    Door door(AccessProperties properties, Environment environment) {
        if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT) {
            throw new IllegalArgumentException(
                    "management.server.port is " + environment.getProperty("management.server.port")
                            + ": it would be a door without login. Leave it out; /actuator is behind the gateway's own.");
        }
        return Door.of(properties.auth(), environment.getProperty("server.address", ""), properties.hosts());
    }

    @Bean
    Refusals refusals(Door door, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        return new Refusals(door, problems);
    }

    @Bean
    FirstKey firstKey(
            Door door,
            AccessProperties properties,
            Environment environment,
            Keys keys,
            JdbcClient jdbc,
            TransactionTemplate transaction) {
        return new FirstKey(door, properties.data(), GivenKeys.of(environment), keys, jdbc, transaction);
    }

    @Bean
    SecurityFilterChain everyRequest(
            HttpSecurity http, Door door, Keys keys, Sessions sessions, OidcProperties oidc, Refusals refusals) {
        BearerTokenAuthenticationFilter bearers =
                new BearerTokenAuthenticationFilter(new BearerTokens(keys, OidcTokens.of(oidc)));
        bearers.setAuthenticationEntryPoint(refusals);
        bearers.setBearerTokenResolver(request ->
                CallerFilter.showsSomething(request) ? new DefaultBearerTokenResolver().resolve(request) : null);
        bearers.setAuthenticationFailureHandler(refusals::commence);
        return http.securityContext(
                        context -> context.securityContextRepository(new RequestAttributeSecurityContextRepository()))
                .sessionManagement(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .addFilterBefore(new CallerFilter(door, sessions), CsrfFilter.class)
                .addFilter(bearers)
                .authorizeHttpRequests(requests -> requests.anyRequest().access(new Permissions()))
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(refusals).accessDeniedHandler(refusals))
                .build();
    }

    /// Any method: what means nothing here is answered by who knows what would.
    @Bean
    WebSecurityCustomizer firewall(Refusals refusals) {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return web -> web.httpFirewall(firewall).requestRejectedHandler(refusals);
    }

    /// Who is let in is in the audit log; no timer for each filter of each request.
    @Bean
    SecurityObservationSettings unobserved() {
        return SecurityObservationSettings.noObservations();
    }

    /// Each request is looked at once, when it comes: what it is handed on to inside is not another one.
    @Bean
    DelegatingFilterProxyRegistrationBean doorKeeper() {
        DelegatingFilterProxyRegistrationBean registration =
                new DelegatingFilterProxyRegistrationBean("springSecurityFilterChain");
        registration.setOrder(ORDER);
        registration.setDispatcherTypes(DispatcherType.REQUEST);
        return registration;
    }
}
