package dev.hone.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What was found of one thing that Hone needs or can use.
///
/// @param what was looked at, for example `bubblewrap`
/// @param found what is there, with its values
/// @param advice what to do; empty where there is nothing to do
public record Finding(String what, Level level, String found, String advice) {

    /// How good it is.
    public enum Level {
        OK,
        /// Hone runs, but less well than it could.
        NOTE,
        /// Hone does not run, or not all of it.
        MISSING;

        /// As people and programs read it, lower case.
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String what, String found) {
        return new Finding(what, Level.OK, found, "");
    }

    static Finding note(String what, String found, String advice) {
        return new Finding(what, Level.NOTE, found, advice);
    }

    static Finding missing(String what, String found, String advice) {
        return new Finding(what, Level.MISSING, found, advice);
    }
}
