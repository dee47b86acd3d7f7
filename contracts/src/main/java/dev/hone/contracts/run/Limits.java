package dev.hone.contracts.run;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks of single values; the message names the key as the YAML spells it.
final class Limits {

    /// Where bound, each check puts down what it allows, by key: so a schema says what the checks say.
    static final ScopedValue<Map<String, Limit>> NOTED = ScopedValue.newInstance();

    /// What a value may be. With bounds and choices: a number within the bounds, or one of the choices.
    record Limit(@Nullable Double least, @Nullable Double most, List<String> choices) {}

    private Limits() {}

    private static void note(String key, @Nullable Double least, @Nullable Double most, List<String> choices) {
        if (NOTED.isBound()) {
            NOTED.get().put(key, new Limit(least, most, choices));
        }
    }

    static void atLeast(String key, double value, double least) {
        note(key, least, null, List.of());
        if (!(value >= least)) {
            throw new InvalidConfigException(
                    "hone." + key, "is " + number(value) + "; it must be at least " + number(least) + ".");
        }
    }

    static void between(String key, double value, double least, double most) {
        note(key, least, most, List.of());
        within(key, value, least, most);
    }

    /// As [#between], with bounds that other values give: no schema can say them.
    static void within(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidConfigException(
                    "hone." + key,
                    "is " + number(value) + "; it must be between " + number(least) + " and " + number(most) + ".");
        }
    }

    static void oneOf(String key, String value, Set<String> allowed) {
        note(key, null, null, allowed.stream().sorted().toList());
        if (!allowed.contains(value)) {
            throw new InvalidConfigException(
                    "hone." + key,
                    "is '" + value + "'; choose one of "
                            + allowed.stream().sorted().toList() + ".");
        }
    }

    /// A text that is `auto` or a whole number.
    static void autoOrBetween(String key, String value, int least, int most) {
        note(key, (double) least, (double) most, List.of("auto"));
        if (value.equals("auto")) {
            return;
        }
        if (!value.matches("-?\\d{1,9}")) {
            throw new InvalidConfigException("hone." + key, "is '" + value + "'; it must be auto or a number.");
        }
        within(key, Integer.parseInt(value), least, most);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
