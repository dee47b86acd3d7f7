package dev.hone.contracts.run;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a column's value must be; every part that is given has to hold. A row without the value does not pass.
///
/// @param equals the text that it is
/// @param in the texts of which it is one
/// @param regex a regular expression that finds something in it
/// @param minLength characters (code points) that it has at least
/// @param maxLength characters (code points) that it has at most
/// @param min the least number that it may be
/// @param max the greatest number that it may be
public record ColumnFilter(
        @Nullable String equals,
        @Nullable List<String> in,
        @Nullable String regex,
        @Nullable Integer minLength,
        @Nullable Integer maxLength,
        @Nullable Double min,
        @Nullable Double max) {

    public ColumnFilter {
        in = in == null ? null : List.copyOf(in);
    }

    /// @throws InvalidConfigException if nothing can pass, or nothing is asked
    void requireValid(String key) {
        if (Stream.of(equals, in, regex, minLength, maxLength, min, max).allMatch(part -> part == null)) {
            throw new InvalidConfigException(
                    key, "asks nothing; give equals, in, regex, min_length, max_length, min or max.");
        }
        if (in != null && in.isEmpty()) {
            throw new InvalidConfigException(key + ".in", "is empty, so that no row passes; name values.");
        }
        if (regex != null) {
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new InvalidConfigException(
                        key + ".regex", "is no regular expression: " + e.getDescription() + "; correct it.");
            }
        }
        if (minLength != null && maxLength != null && minLength > maxLength) {
            throw contradiction(key, "length", minLength, maxLength);
        }
        if (min != null && max != null && min > max) {
            throw contradiction(key, "", min, max);
        }
    }

    private static InvalidConfigException contradiction(String key, String what, Number least, Number most) {
        String suffix = what.isEmpty() ? "" : "_" + what;
        return new InvalidConfigException(
                key + ".min" + suffix,
                "is " + least + " and max" + suffix + " is " + most + ", so that no row passes; change one of them.");
    }
}
