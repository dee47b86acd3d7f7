package dev.hone.judge.verifier;

/// What one judge says.
///
/// @param value 0 to 1
/// @param cause why the value is below 1, short and countable, lower case with dashes; [#NO_CAUSE] if it is 1
/// @param reason what the judge saw, for people
public record Score(double value, String cause, String reason) {

    /// [#cause()] of a full score.
    public static final String NO_CAUSE = "none";

    public Score {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("A judge gave " + value + "; a score lies between 0 and 1.");
        }
    }

    /// 1.
    public static Score full(String reason) {
        return new Score(1, NO_CAUSE, reason);
    }

    /// 0.
    public static Score none(String cause, String reason) {
        return new Score(0, cause, reason);
    }
}
