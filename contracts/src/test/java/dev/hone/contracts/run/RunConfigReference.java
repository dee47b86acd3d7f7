package dev.hone.contracts.run;

import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// docs/configuration.md, from what is known of the keys.
final class RunConfigReference {

    private static final String HEAD = """
            # Configuration of a run

            Every key of a run's YAML with its default. Made from `RunConfig` and `run-defaults.yaml` in `contracts`: a test fails where this page says something else, and
            writes the right one to `contracts/target/configuration.md`.

            - A file lays its keys over these; `./hone train --conf FILE --print-config` shows the result. The root is `hone:`; `ajet:` is read as `hone:`.
            - A key that is not here is refused, with the nearest one that is. A key without a value keeps its default.
            - `--set KEY=VALUE`, repeated, lays single values over the file: `--set trainer_common.optim.lr=2e-6`. What of the path names one key alone is enough (`optim.lr`), and
              `learner` stands for `trainer_common`.
            - Relative paths are looked up in the working directory, then in Hone's folder.
            - Editors complete and check keys by [hone.schema.json](hone.schema.json): begin the file with `# yaml-language-server: $schema=PATH/docs/hone.schema.json`.

            """;

    private RunConfigReference() {}

    static String markdown() {
        StringBuilder page = new StringBuilder(HEAD);
        for (RunConfigKeys.Key section : RunConfigKeys.root().keys()) {
            if (section.keys().isEmpty()) {
                continue;
            }
            page.append("## ")
                    .append(section.name())
                    .append("\n")
                    .append(section.meaning())
                    .append("\n\n");
            table(section, page);
        }
        StringBuilder top = new StringBuilder("## The run\n\n");
        table(RunConfigKeys.root(), top);
        page.insert(HEAD.length(), top);
        page.append(
                "## Keys of the AgentJet tutorial\nThey are taken and answered with a notice.\n\n| key | |\n|---|---|\n");
        RunConfigReader.FOREIGN_KEYS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> page.append("| `%s` | %s |\n".formatted(entry.getKey(), entry.getValue())));
        return page.toString();
    }

    private static void table(RunConfigKeys.Key section, StringBuilder page) {
        page.append("| key | default | may be | meaning |\n|---|---|---|---|\n");
        rows(section, section.path(), page);
        page.append("\n");
    }

    private static void rows(RunConfigKeys.Key section, String within, StringBuilder page) {
        for (RunConfigKeys.Key key : section.keys()) {
            String name = within.isEmpty() ? key.name() : key.path().substring(within.length() + 1);
            if (key.keys().isEmpty()) {
                page.append("| `%s` | %s | %s | %s |\n"
                        .formatted(name, standard(key.standard()), range(key), cell(key.meaning())));
            } else if (!within.isEmpty()) {
                page.append("| **`%s`** | | | %s |\n".formatted(name, cell(key.meaning())));
                rows(key, within, page);
            }
        }
    }

    private static String standard(JsonNode value) {
        return value.isString() && value.asString().isEmpty()
                ? ""
                : "`" + (value.isString() ? value.asString() : value) + "`";
    }

    private static String range(RunConfigKeys.Key key) {
        String type = key.type().getTypeName();
        String word = switch (type) {
            case "int", "long" -> "whole number";
            case "double" -> "number";
            case "boolean" -> "true, false";
            case "java.lang.String" -> "text";
            default -> type.startsWith("java.util.List") ? "list" : "mapping";
        };
        return key.limit().map(limit -> limited(word, limit)).orElse(word);
    }

    private static String limited(String word, Limits.Limit limit) {
        StringJoiner text = new StringJoiner(", ");
        limit.choices().forEach(choice -> text.add("`" + choice + "`"));
        if (limit.least() != null) {
            String numbers = limit.choices().isEmpty() ? word : "whole number";
            text.add(
                    limit.most() == null
                            ? numbers + " ≥ " + number(limit.least())
                            : numbers + " from " + number(limit.least()) + " to " + number(limit.most()));
        }
        return text.toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
