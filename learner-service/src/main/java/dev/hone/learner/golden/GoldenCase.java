package dev.hone.learner.golden;

/// One comparison.
///
/// @param name what was compared, as the golden files name it
/// @param error largest difference found; infinite where nothing could be compared
/// @param tolerance largest difference that passes
/// @param problem why nothing could be compared, or where the largest difference is; may be empty
public record GoldenCase(String name, double error, double tolerance, String problem) {

    /// Whether the difference is within the tolerance.
    public boolean passed() {
        return error <= tolerance;
    }
}
