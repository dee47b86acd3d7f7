package dev.hone.learner.golden;

/// One comparison.
///
/// @param name what was compared, as the golden files name it
/// @param outcome whether it agrees
/// @param error largest difference found; infinite where nothing could be compared
/// @param tolerance largest difference that passes
/// @param problem why nothing could be compared, or where the largest difference is; may be empty
public record GoldenCase(String name, Outcome outcome, double error, double tolerance, String problem) {

    /// What became of a comparison.
    public enum Outcome {
        /// The difference is within the tolerance.
        PASSED,
        /// It is not, or something that is needed is missing.
        FAILED,
        /// The files have it, and nothing here knows what it is.
        UNKNOWN,
        /// It is given for information, and not meant to be compared.
        NOT_COMPARED
    }

    /// Whether the difference is within the tolerance.
    public boolean passed() {
        return outcome == Outcome.PASSED;
    }
}
