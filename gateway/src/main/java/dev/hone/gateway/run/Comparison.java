package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Runs side by side. Values stand in the order of the runs; null where a run has none.
///
/// @param settings those that are not the same in all, by key; the run's name is none
/// @param metrics by purpose and name
public record Comparison(List<Compared> runs, List<Setting> settings, List<Metric> metrics) {

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final String NAME = "experiment_name";

    /// A run, with what it came to.
    public record Compared(String run, RunState state, RunSummary summary) {}

    /// @param key as a run's file has it, without `hone.`: `trainer_common.optim.lr`
    public record Setting(String key, List<JsonNode> values) {}

    /// @param purpose `train` or `eval`
    public record Metric(String name, String purpose, List<ComparedPoint> points) {}

    public record ComparedPoint(int step, List<@Nullable Double> values) {}

    static List<Setting> settings(List<RunConfig> configs) {
        List<Map<String, JsonNode>> flat =
                configs.stream().map(Comparison::flat).toList();
        Set<String> keys = new TreeSet<>();
        flat.forEach(config -> keys.addAll(config.keySet()));
        return keys.stream()
                .map(key -> new Setting(
                        key,
                        flat.stream()
                                .map(config -> config.getOrDefault(key, NullNode.getInstance()))
                                .toList()))
                .filter(setting -> new HashSet<>(setting.values()).size() > 1)
                .toList();
    }

    private static Map<String, JsonNode> flat(RunConfig config) {
        Map<String, JsonNode> settings = new TreeMap<>();
        flatten("", YAML.readTree(RunConfigReader.write(config)).path("hone"), settings);
        settings.remove(NAME);
        return settings;
    }

    private static void flatten(String key, JsonNode value, Map<String, JsonNode> settings) {
        if (value instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry -> flatten(
                            key.isEmpty() ? entry.getKey() : key + "." + entry.getKey(), entry.getValue(), settings));
        } else {
            settings.put(key, value);
        }
    }

    /// @param names metrics to show; empty: all
    static List<Metric> metrics(List<List<StepRow>> curves, Set<String> names) {
        List<Metric> metrics = new ArrayList<>();
        for (String purpose : List.of("train", "eval")) {
            List<Map<Integer, StepRow>> rows = curves.stream()
                    .map(curve -> curve.stream()
                            .filter(row -> row.purpose().equals(purpose))
                            .collect(Collectors.toMap(StepRow::step, Function.identity())))
                    .toList();
            Map<String, Set<Integer>> steps = new TreeMap<>();
            rows.forEach(run -> run.forEach((step, row) -> row.metrics().keySet().stream()
                    .filter(name -> names.isEmpty() || names.contains(name))
                    .forEach(name ->
                            steps.computeIfAbsent(name, any -> new TreeSet<>()).add(step))));
            steps.forEach((name, at) -> metrics.add(new Metric(
                    name,
                    purpose,
                    at.stream()
                            .map(step -> new ComparedPoint(step, values(rows, step, name)))
                            .toList())));
        }
        return metrics;
    }

    private static List<@Nullable Double> values(List<Map<Integer, StepRow>> rows, int step, String name) {
        List<@Nullable Double> values = new ArrayList<>();
        for (Map<Integer, StepRow> run : rows) {
            StepRow row = run.get(step);
            values.add(row == null ? null : row.metrics().get(name));
        }
        return Collections.unmodifiableList(values);
    }
}
