package dev.hone.contracts.run;

import java.util.Map;
import java.util.TreeMap;

/// How much of something each project may have at the same time.
///
/// @param otherwise of a project that is not named; [#UNLIMITED] for as much as there is
/// @param named by project's name
public record Quota(int otherwise, Map<String, Integer> named) {

    /// No limit.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /// No limit for anybody.
    public static final Quota NONE = new Quota(UNLIMITED, Map.of());

    public Quota {
        named = Map.copyOf(named);
    }

    /// Reads a setting: a number for every project, `PROJECT=NUMBER` for one, by commas; for example `4, big-team=16`.
    /// 0 is no limit, and so is nothing.
    ///
    /// @param setting its name, for what is said of a bad one
    /// @throws InvalidConfigException if it cannot be read
    public static Quota of(String setting, String text) {
        int otherwise = UNLIMITED;
        Map<String, Integer> named = new TreeMap<>();
        for (String part : text.split(",")) {
            int sign = part.lastIndexOf('=');
            String project = sign < 0 ? "" : part.substring(0, sign).strip();
            String number = part.substring(sign + 1).strip();
            if (number.isEmpty() && sign < 0) {
                continue;
            }
            int most = number(setting, part, number);
            if (sign < 0) {
                otherwise = most;
            } else if (project.isEmpty() || named.put(project, most) != null) {
                throw new InvalidConfigException(
                        setting,
                        "names no project, or one twice, in '" + part.strip() + "'; give PROJECT=NUMBER once.");
            }
        }
        return new Quota(otherwise, named);
    }

    private static int number(String setting, String part, String number) {
        try {
            int most = Integer.parseInt(number);
            if (most >= 0) {
                return most == 0 ? UNLIMITED : most;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidConfigException(
                setting,
                "has '" + part.strip() + "', which ends in no number; give NUMBER or PROJECT=NUMBER, by commas.");
    }

    /// What the project may have.
    public int of(String project) {
        return named.getOrDefault(project, otherwise);
    }

    /// Whether anybody has a limit.
    public boolean any() {
        return otherwise != UNLIMITED || named.values().stream().anyMatch(most -> most != UNLIMITED);
    }
}
