package dev.hone.gateway.tracker;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How trackers are told.
///
/// @param interval time between two looks at what is new
/// @param retry time until one that could not be had is tried again
/// @param timeout how long one request may take
/// @param lastRound how long the end of the process waits for what is still to be told
@ConfigurationProperties("hone.gateway.trackers")
record TrackerProperties(
        @DefaultValue("1s") Duration interval,
        @DefaultValue("15s") Duration retry,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("5s") Duration lastRound) {}
