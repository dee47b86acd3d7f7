package dev.hone.gateway.run;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the gateway.
///
/// @param home folder that relative paths in a run's file are looked up in when the working directory does not have
/// them; empty: the working directory
/// @param paths folders that a run's paths must lie in; empty: anywhere on loopback, elsewhere the working directory
/// and home
/// @param runs folder in which runs keep checkpoints and exports
@ConfigurationProperties("hone.gateway")
record GatewayProperties(
        @DefaultValue("") String home,
        @DefaultValue List<Path> paths,
        @DefaultValue("runs") Path runs) {}
