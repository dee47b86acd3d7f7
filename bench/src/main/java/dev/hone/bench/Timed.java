package dev.hone.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Repeats a measurement and prints the medians as one line of JSON.
final class Timed {
    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    /// What is done once: it tells how long each of its phases took, through [#phase].
    interface Repetition {
        void run(Timed timed) throws Exception;
    }

    /// A part of a repetition.
    interface Phase<T> {
        T run() throws Exception;
    }

    /// Does one repetition more than are counted: the first warms up.
    static Timed repeat(int counted, Repetition repetition) throws Exception {
        Timed timed = new Timed();
        for (int i = 0; i <= counted; i++) {
            if (i == 1) {
                timed.seconds.clear();
            }
            repetition.run(timed);
        }
        return timed;
    }

    <T> T phase(String name, Phase<T> phase) throws Exception {
        long start = System.nanoTime();
        T result = phase.run();
        seconds.computeIfAbsent(name, any -> new ArrayList<>()).add((System.nanoTime() - start) / 1e9);
        return result;
    }

    /// @param tokens per repetition, for the rate
    /// @param phase that the rate is of
    /// @param details printed as they are
    void print(String measure, String phase, long tokens, Map<String, ?> details) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("side", "hone");
        line.put("measure", measure);
        line.putAll(details);
        line.put("tokens", tokens);
        Map<String, Double> medians = new LinkedHashMap<>();
        seconds.forEach((name, values) -> medians.put(name, median(values)));
        line.put("tok_s", Math.round(tokens / medians.getOrDefault(phase, Double.NaN)));
        line.put("seconds", medians);
        line.put("repetitions", seconds.getOrDefault(phase, List.of()).size());
        System.out.println(JsonMapper.shared().writeValueAsString(line));
        System.out.flush();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        double middle = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        return Math.round(middle * 1e4) / 1e4;
    }
}
