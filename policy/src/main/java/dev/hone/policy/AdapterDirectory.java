package dev.hone.policy;

import dev.hone.contracts.run.LoraConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Adapters as PEFT lays them out: {@code adapter_config.json} and {@code adapter_model.safetensors}. */
public final class AdapterDirectory {
    static final String CONFIG = "adapter_config.json";
    static final String WEIGHTS = "adapter_model.safetensors";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Keys that are read here, or say nothing about what is computed. */
    private static final Set<String> KNOWN = Set.of("""
            peft_type r lora_alpha use_rslora target_modules bias fan_in_fan_out init_lora_weights
            base_model_name_or_path revision peft_version task_type inference_mode lora_dropout auto_mapping
            megatron_core qalora_group_size""".strip().split("\\s+"));

    /** Ways to initialise that leave the base model's weights as they are. */
    private static final Set<String> INITIAL = Set.of("true", "false", "gaussian", "orthogonal");

    private AdapterDirectory() {}

    /** Whether a directory holds adapters. */
    public static boolean is(Path directory) {
        return Files.isRegularFile(directory.resolve(CONFIG));
    }

    /**
     * Refuses a directory whose adapters are not of the given kind.
     *
     * @throws UnsupportedModelException with the key and what to do
     */
    public static void requireFits(Path directory, LoraConfig lora) throws IOException {
        LoraConfig stored = read(directory);
        same(directory, "rank", stored.rank(), lora.rank());
        same(directory, "alpha", stored.alpha(), lora.alpha());
        same(directory, "rslora", stored.rslora(), lora.rslora());
        same(directory, "target_modules", new TreeSet<>(stored.targetModules()), new TreeSet<>(lora.targetModules()));
    }

    private static void same(Path directory, String key, Object stored, Object asked) {
        if (!stored.equals(asked)) {
            throw new UnsupportedModelException("The adapters in %s have %s %s, but lora.%s is %s; set it to theirs."
                    .formatted(directory, key, stored, key, asked));
        }
    }

    /**
     * What a directory's adapters are.
     *
     * @throws UnsupportedModelException if they are more than LoRA as it is built here, by name
     */
    public static LoraConfig read(Path directory) throws IOException {
        return new Reader(directory.resolve(CONFIG), json(directory)).read();
    }

    /** Where the base model is, seen from the directory. */
    public static Path base(Path directory) throws IOException {
        String base = json(directory).path("base_model_name_or_path").asString("");
        return directory.resolve(base).normalize();
    }

    private static JsonNode json(Path directory) throws IOException {
        Path file = directory.resolve(CONFIG);
        if (!Files.isRegularFile(file) || !Files.isRegularFile(directory.resolve(WEIGHTS))) {
            throw new UnsupportedModelException("%s lacks %s; give a directory as PEFT writes it, with %s and %s."
                    .formatted(directory, Files.isRegularFile(file) ? WEIGHTS : CONFIG, CONFIG, WEIGHTS));
        }
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new UnsupportedModelException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }

    private record Reader(Path file, JsonNode json) {

        LoraConfig read() {
            supported("peft_type", Set.of("LORA"));
            supported("bias", Set.of("", "none"));
            supported("fan_in_fan_out", Set.of("", "false"));
            if (json.has("init_lora_weights")) {
                supported("init_lora_weights", INITIAL);
            }
            json.properties().forEach(entry -> {
                if (!KNOWN.contains(entry.getKey()) && active(entry.getValue())) {
                    throw new UnsupportedModelException(
                            "%s: %s = %s is not supported.".formatted(file, entry.getKey(), entry.getValue()));
                }
            });
            supported("target_modules", modules(), Set.copyOf(LoraConfig.MODULES));
            if (!json.path("r").isIntegralNumber() || json.path("r").asInt(0) < 1) {
                throw unsupported("r", "a positive integer");
            }
            return new LoraConfig(
                    json.path("r").asInt(),
                    json.path("lora_alpha").asDouble(0),
                    modules(),
                    0,
                    json.path("use_rslora").asBoolean(false));
        }

        /** A text is a pattern or a shorthand to PEFT. */
        private List<String> modules() {
            JsonNode modules = json.path("target_modules");
            return modules.isArray()
                    ? modules.valueStream().map(module -> module.asString("")).toList()
                    : List.of(modules.toString());
        }

        private void supported(String key, Set<String> values) {
            supported(key, List.of(json.path(key).isNull() ? "" : json.path(key).asString("")), values);
        }

        private void supported(String key, List<String> given, Set<String> values) {
            if (!values.containsAll(given)) {
                throw unsupported(key, String.join(" ", new TreeSet<>(values)).strip());
            }
        }

        private UnsupportedModelException unsupported(String key, String supported) {
            return new UnsupportedModelException("%s: %s = %s is not supported; supported is %s."
                    .formatted(file, key, json.path(key).isMissingNode() ? "(none)" : json.path(key), supported));
        }

        private static boolean active(JsonNode value) {
            return !(value.isNull()
                    || (value.isBoolean() && !value.asBoolean())
                    || (value.isContainer() && value.isEmpty()));
        }
    }

    /**
     * Writes a directory that PEFT loads; one with an {@code adapter_config.json} is complete.
     *
     * @param base directory of the model that the adapters belong to
     * @param adapters under PEFT's names
     * @param metadata strings for the header of the weights
     */
    static void write(Path target, Path base, LoraConfig lora, List<Parameter> adapters, Map<String, String> metadata)
            throws IOException {
        Files.createDirectories(target);
        ModelExport.writeState(target.resolve(WEIGHTS), adapters, metadata);
        Path partial = target.resolve(CONFIG + ".part");
        Files.write(partial, config(base, lora));
        Files.move(
                partial, target.resolve(CONFIG), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** {@code adapter_config.json} of adapters that were trained on a model. */
    static byte[] config(Path base, LoraConfig lora) {
        Map<String, Object> config = new TreeMap<>();
        config.put("peft_type", "LORA");
        config.put("task_type", "CAUSAL_LM");
        config.put("base_model_name_or_path", base.toAbsolutePath().normalize().toString());
        config.put("inference_mode", true);
        config.put("r", lora.rank());
        config.put("lora_alpha", lora.alpha() == Math.rint(lora.alpha()) ? (Object) (long) lora.alpha() : lora.alpha());
        config.put("use_rslora", lora.rslora());
        config.put("target_modules", lora.targetModules());
        config.put("lora_dropout", lora.dropout());
        config.put("bias", "none");
        config.put("fan_in_fan_out", false);
        config.put("init_lora_weights", true);
        return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
