package dev.hone.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Values of the gateway's answers as text for people; `-` where there is none.
final class Figures {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Figures() {}

    /// A number after a pattern such as `%.3f`.
    static String number(JsonNode value, String pattern) {
        return value.isNumber() ? String.format(Locale.ROOT, pattern, value.asDouble()) : "-";
    }

    /// Any value as short as it can be said.
    static String any(JsonNode value) {
        if (value.isNumber() && !value.isIntegralNumber()) {
            String text = String.format(Locale.ROOT, "%.6g", value.asDouble());
            return text.contains("e") || !text.contains(".") ? text : text.replaceFirst("\\.?0+$", "");
        }
        return value.isMissingNode() || value.isNull() ? "-" : value.asString(value.toString());
    }

    static String text(JsonNode value) {
        return value.asString("-");
    }

    /// `12/30`.
    static String steps(JsonNode run) {
        return run.path("step").asInt() + "/" + number(run.path("steps"), "%.0f");
    }

    /// Seconds as `1:05`, from an hour on `2:01:05`.
    static String seconds(JsonNode seconds) {
        if (!seconds.isNumber()) {
            return "-";
        }
        Duration length = Duration.ofSeconds(Math.round(seconds.asDouble()));
        return length.toHours() > 0
                ? "%d:%02d:%02d".formatted(length.toHours(), length.toMinutesPart(), length.toSecondsPart())
                : "%d:%02d".formatted(length.toMinutes(), length.toSecondsPart());
    }

    /// A point in time, in a zone.
    static String time(JsonNode instant, ZoneId zone) {
        return instant.isString()
                ? TIME.format(Instant.parse(instant.asString()).atZone(zone))
                : "-";
    }
}
