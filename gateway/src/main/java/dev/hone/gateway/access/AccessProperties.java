package dev.hone.gateway.access;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who is asked to log in.
///
/// @param auth `required`: everybody; empty: who does not come from this machine
/// @param hosts names under which who is on this machine may ask without login, beside its loopback names: a proxy's
/// @param data folder that the first key of an installation is written to
@ConfigurationProperties("hone.gateway.access")
record AccessProperties(
        @DefaultValue("") String auth, @DefaultValue List<String> hosts, Path data) {}
