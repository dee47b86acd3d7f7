package dev.hone.rollout.endpoint;

import dev.hone.contracts.run.Outbound;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.EpisodeTuner;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The episodes' endpoint without the rest of the service, on this machine alone: for episodes that are debugged.
public final class LocalEndpoint implements AutoCloseable {

    /// Nobody waits in a debugger.
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private final ConfigurableApplicationContext context;

    private LocalEndpoint(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /// Not a component: the service has the same beans.
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        WebMvcAutoConfiguration.class
    })
    @Import({ChatController.class, OpenEpisodes.class, OutsideModels.class})
    static class Alone {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        /// Who debugs could connect there as well.
        @Bean
        Outbound outbound() {
            return Outbound.ANYWHERE;
        }
    }

    /// Listens on a free port of 127.0.0.1.
    public static LocalEndpoint start() {
        return new LocalEndpoint(new SpringApplicationBuilder(Alone.class)
                .web(WebApplicationType.SERVLET)
                .properties("spring.config.name=none", "server.port=0", "server.address=127.0.0.1")
                .run());
    }

    /// Opens an episode, until the endpoint is closed.
    ///
    /// @param tuner of the episode that is reached so
    public EpisodeTuner open(Function<Access, EpisodeTuner> tuner) {
        String url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/v1";
        return context.getBean(OpenEpisodes.class).open(key -> tuner.apply(new Access(url, key, UNLIMITED)));
    }

    @Override
    public void close() {
        context.close();
    }
}
