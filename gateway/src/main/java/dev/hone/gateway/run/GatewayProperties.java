package dev.hone.gateway.run;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the gateway.
///
/// @param home folder that relative paths in a run's file are looked up in when the working directory does not have
/// them; empty: the working directory
@ConfigurationProperties("hone.gateway")
record GatewayProperties(@DefaultValue("") String home) {}
