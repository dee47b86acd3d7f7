package dev.hone.sandbox.isolation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param isolation `namespaces`, or the explicit fallback `seccomp`
@ConfigurationProperties("sandbox")
record IsolationProperties(@DefaultValue("namespaces") Isolation isolation) {}
