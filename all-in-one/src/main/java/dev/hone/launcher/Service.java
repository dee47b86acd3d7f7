package dev.hone.launcher;

import dev.hone.gateway.GatewayApplication;
import dev.hone.judge.JudgeApplication;
import dev.hone.learner.LearnerApplication;
import dev.hone.rollout.RolloutApplication;
import dev.hone.sandbox.SandboxApplication;
import dev.hone.task.TaskApplication;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.builder.SpringApplicationBuilder;

/// The six services, in the order in which they start.
public enum Service {
    SANDBOX("sandbox-service", "SANDBOX", false, SandboxApplication.class, SandboxApplication::builder),
    LEARNER("learner-service", "LEARNER", true, LearnerApplication.class, LearnerApplication::builder),
    JUDGE("judge-service", "JUDGE", true, JudgeApplication.class, JudgeApplication::builder),
    ROLLOUT("rollout-service", "ROLLOUT", true, RolloutApplication.class, RolloutApplication::builder),
    TASK("task-service", "TASK", true, TaskApplication.class, TaskApplication::builder),
    GATEWAY("gateway", "GATEWAY", true, GatewayApplication.class, GatewayApplication::builder);

    private final String module;
    private final String prefix;
    private final boolean stateful;
    private final Class<?> application;
    private final Supplier<SpringApplicationBuilder> builder;

    Service(
            String module,
            String prefix,
            boolean stateful,
            Class<?> application,
            Supplier<SpringApplicationBuilder> builder) {
        this.module = module;
        this.prefix = prefix;
        this.stateful = stateful;
        this.application = application;
        this.builder = builder;
    }

    /// The service of that module, for example `task-service`.
    public static Optional<Service> named(String module) {
        return Arrays.stream(values())
                .filter(service -> service.module.equals(module))
                .findFirst();
    }

    /// Name of its Maven module.
    public String module() {
        return module;
    }

    /// Property under which others find it, for example `TASK_URL`.
    String urlProperty() {
        return prefix + "_URL";
    }

    /// Property that names its database, for example `TASK_DB_URL`.
    String databaseProperty() {
        return prefix + "_DB_URL";
    }

    /// Name of its database.
    String database() {
        return prefix.toLowerCase(java.util.Locale.ROOT);
    }

    /// Whether it needs a database and the broker.
    boolean stateful() {
        return stateful;
    }

    /// The class of its application.
    Class<?> application() {
        return application;
    }

    SpringApplicationBuilder builder() {
        return builder.get();
    }
}
