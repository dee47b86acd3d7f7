package dev.hone.gateway.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Numbers and times as people read them; the pages' templates know it as `@show`.
@Component("show")
class Show {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// Three decimals for small numbers, none for large ones; a dash for none.
    public String number(@Nullable Double value) {
        if (value == null || value.isNaN()) {
            return "–";
        }
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return size >= 0.001
                ? String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.3f", value)
                : String.format(Locale.ROOT, "%.1e", value);
    }

    /// A configuration's value; a dash for none.
    public String setting(JsonNode value) {
        if (value.isNull()) {
            return "–";
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }

    public String when(@Nullable Instant at) {
        return at == null ? "–" : MINUTE.format(at);
    }

    /// From one moment to another, in at most two units.
    public String took(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null
                ? "–"
                : seconds(Duration.between(from, to).toMillis() / 1000.0);
    }

    public String seconds(@Nullable Double seconds) {
        if (seconds == null) {
            return "–";
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}
