package dev.hone.learner.golden;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The largest of many differences, and where it was.
final class Largest {
    private double error;
    private String where = "";
    private int compared;

    void compare(double actual, double expected, String place) {
        note(Cases.difference(actual, expected), place);
    }

    void note(double difference, String place) {
        compared++;
        // Not a number is no agreement, whatever follows.
        double found = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        if (found > error) {
            error = found;
            where = place;
        }
    }

    /// A value that is expected of something that is not there is no agreement.
    void refuseOthers(JsonNode expected, Set<String> known) {
        for (String name : expected.propertyNames()) {
            if (!known.contains(name)) {
                note(Double.POSITIVE_INFINITY, "the model has no parameter " + name);
            }
        }
    }

    /// Reports the largest; that nothing was compared is no agreement.
    void into(Cases cases, String name, double tolerance) {
        if (compared == 0) {
            cases.broken(name, "there is nothing to compare");
        } else {
            cases.add(name, error, tolerance, where);
        }
    }
}
