package dev.hone.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/// A run's name, unique in an installation: 1 to 64 lower-case letters, digits, dots, dashes or underscores.
public record RunId(@JsonValue String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RunId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Run name '" + value + "' is not usable; use 1 to 64 lower-case letters,"
                    + " digits, '.', '-' or '_', beginning with a letter or digit.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
