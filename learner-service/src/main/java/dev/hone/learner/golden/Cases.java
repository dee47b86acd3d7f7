package dev.hone.learner.golden;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Collects comparisons, each name under a common beginning.
final class Cases {
    /// Adds its results as cases.
    @FunctionalInterface
    interface Comparison {
        void run() throws IOException;
    }

    private final List<GoldenCase> cases;
    private final String prefix;

    Cases() {
        this(new ArrayList<>(), "");
    }

    private Cases(List<GoldenCase> cases, String prefix) {
        this.cases = cases;
        this.prefix = prefix;
    }

    /// The same collection, names under a longer beginning.
    Cases under(String part) {
        return new Cases(cases, prefix + part + ": ");
    }

    List<GoldenCase> all() {
        return List.copyOf(cases);
    }

    /// Compares something; that it could not be compared is a case that fails.
    void attempt(String name, Comparison comparison) throws IOException {
        try {
            comparison.run();
        } catch (RuntimeException e) {
            broken(name, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /// Nothing could be compared.
    void broken(String name, String problem) {
        without(name, GoldenCase.Outcome.FAILED, problem);
    }

    /// Nothing here knows what it is.
    void unknown(String name, String problem) {
        without(name, GoldenCase.Outcome.UNKNOWN, problem);
    }

    /// It is given for information.
    void notCompared(String name, String problem) {
        without(name, GoldenCase.Outcome.NOT_COMPARED, problem);
    }

    private void without(String name, GoldenCase.Outcome outcome, String problem) {
        cases.add(new GoldenCase(prefix + name, outcome, Double.POSITIVE_INFINITY, 0, problem));
    }

    void within(String name, double actual, double expected, double tolerance) {
        add(name, difference(actual, expected), tolerance, "");
    }

    /// @param tolerance as a part of the expected value
    void relative(String name, double actual, double expected, double tolerance) {
        add(name, difference(actual, expected) / Math.abs(expected), tolerance, "");
    }

    void add(String name, double error, double tolerance, String problem) {
        // Not a number is no agreement.
        double found = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
        GoldenCase.Outcome outcome = found <= tolerance ? GoldenCase.Outcome.PASSED : GoldenCase.Outcome.FAILED;
        cases.add(new GoldenCase(prefix + name, outcome, found, tolerance, problem));
    }

    static double difference(double actual, double expected) {
        double difference = Math.abs(actual - expected);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }
}
