package dev.hone.contracts.run;

import java.util.Set;

/// Checks of single values; the message names the key as the YAML spells it.
final class Limits {

    private Limits() {}

    static void atLeast(String key, double value, double least) {
        if (!(value >= least)) {
            throw new InvalidConfigException(
                    "hone." + key, "is " + number(value) + "; it must be at least " + number(least) + ".");
        }
    }

    static void between(String key, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidConfigException(
                    "hone." + key,
                    "is " + number(value) + "; it must be between " + number(least) + " and " + number(most) + ".");
        }
    }

    static void oneOf(String key, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            throw new InvalidConfigException(
                    "hone." + key,
                    "is '" + value + "'; choose one of "
                            + allowed.stream().sorted().toList() + ".");
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
