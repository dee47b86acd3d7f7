package dev.hone.learner.follow;

import dev.hone.calls.ServiceDoorConfiguration;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.learner.publish.PolicyHost;
import dev.hone.tracing.TracingConfiguration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;

/// The application of the role: the endpoints around generation, and what follows. No database.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan(basePackageClasses = {PolicyServer.class, PolicyHost.class})
@EnableConfigurationProperties(FollowerProperties.class)
@Import({TracingConfiguration.class, ServiceDoorConfiguration.class})
public class PolicyServer {
    /// Value of `hone.learner.role`.
    public static final String ROLE = "policy-server";

    private static final Logger LOG = LoggerFactory.getLogger(PolicyServer.class);

    /// The role with its own configuration file, for main, the command line and tests.
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(PolicyServer.class).properties("spring.config.name=policy-server");
    }

    /// Reads [PolicyUpdated] in a consumer group of this instance's own, from now on: what was before, the learner is
    /// asked for. An event that is missed costs a poll's time and nothing else.
    @Bean
    @ConditionalOnExpression("!'${hone.policy-server.brokers:}'.isEmpty()")
    KafkaMessageListenerContainer<String, byte[]> policyUpdates(FollowerProperties properties, Follower follower) {
        ContainerProperties container = new ContainerProperties(Topics.POLICY_UPDATED);
        container.setGroupId("policy-server." + UUID.randomUUID());
        // Nobody acknowledges, so that no offsets of a group that never comes back stay with the broker.
        container.setAckMode(ContainerProperties.AckMode.MANUAL);
        container.setMessageListener((MessageListener<String, byte[]>) record -> {
            try {
                follower.announced(EventCodec.decode(record.value(), PolicyUpdated.class));
            } catch (IllegalArgumentException e) {
                LOG.warn("Event {} of {} is ignored: {}", record.key(), record.topic(), e.getMessage());
            }
        });
        return new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                properties.brokers(),
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "latest",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false),
                        new StringDeserializer(),
                        new ByteArrayDeserializer()),
                container);
    }
}
