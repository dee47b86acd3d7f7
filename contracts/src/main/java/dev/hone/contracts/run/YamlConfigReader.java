package dev.hone.contracts.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Lays a user's YAML (or JSON, which YAML contains) over a file with every default, refuses keys that the
/// defaults do not have, and makes a record of the whole. Between the two may lie a preset that the user's
/// file names.
///
/// @param <T> the record
public final class YamlConfigReader<T> {

    private static final String ROOT = "hone";
    private static final String TUTORIAL_ROOT = "ajet";

    /// Characters of a file.
    private static final int LONGEST = 1 << 20;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            // Below free keys; elsewhere the defaults say which keys there are.
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final Class<T> type;
    private final ObjectNode defaults;
    private final Set<String> freeKeys;
    private final Map<String, String> ignoredKeys;
    private final Optional<Presets> presets;

    /// Named values for the keys beside one key.
    ///
    /// @param key the key, with its path, whose value names a preset
    /// @param resource resource beside the record: for each name a mapping of keys that stand beside that key
    public record Presets(String key, String resource) {
        private String section() {
            return key.substring(0, key.lastIndexOf('.'));
        }
    }

    /// A reader without free keys, keys of others and presets.
    public YamlConfigReader(Class<T> type, String defaultsResource) {
        this(type, defaultsResource, Set.of(), Map.of(), Optional.empty());
    }

    /// @param type the record; component names are the YAML's keys in camel case
    /// @param defaultsResource resource beside the record with every key and its default, under `hone:`
    /// @param freeKeys keys (with their path) below which any key may stand, for example
    ///     `hone.task_judge.weights`
    /// @param ignoredKeys keys that other systems' files carry and that mean nothing here: not refused, but each
    ///     answered with what to tell people
    /// @param presets what one key may set at once
    public YamlConfigReader(
            Class<T> type,
            String defaultsResource,
            Set<String> freeKeys,
            Map<String, String> ignoredKeys,
            Optional<Presets> presets) {
        this.type = type;
        this.freeKeys = Set.copyOf(freeKeys);
        this.ignoredKeys = Map.copyOf(ignoredKeys);
        this.defaults = resource(type, defaultsResource);
        this.presets = presets;
    }

    private static ObjectNode resource(Class<?> beside, String name) {
        try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return (ObjectNode) YAML.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read " + name, e);
        }
    }

    /// What was read.
    ///
    /// @param warnings keys that were left unused, for people
    public record Read<T>(T config, List<String> warnings) {}

    /// The defaults alone.
    public T defaults() {
        return bind(defaults.deepCopy());
    }

    /// Reads a user's text.
    ///
    /// @throws InvalidConfigException if it is no YAML, has an unknown key or a value out of range
    public Read<T> read(String text) {
        ObjectNode given = parse(text);
        LiteralSecrets.refuse("", given);
        ObjectNode merged = defaults.deepCopy();
        List<String> warnings = new ArrayList<>();
        presets.ifPresent(offered -> preset(offered, merged, given));
        overlay("", merged, given, warnings);
        return new Read<>(bind(merged), List.copyOf(warnings));
    }

    /// A user's text with settings laid over it, for [#read(String)].
    ///
    /// @param settings each `KEY=VALUE`: [Overrides]
    /// @throws InvalidConfigException if the text cannot be read, or a setting's key is not known
    public String override(String text, List<String> settings) {
        ObjectNode given = parse(text);
        ObjectNode sections = (ObjectNode) Objects.requireNonNull(defaults.get(ROOT));
        Overrides overrides = new Overrides(YAML, sections, freeKeys);
        if (given.get(ROOT) instanceof ObjectNode run) {
            settings.forEach(setting -> overrides.apply(setting, run));
        }
        return YAML.writeValueAsString(given);
    }

    private static ObjectNode parse(String text) {
        if (text.length() > LONGEST) {
            throw new InvalidConfigException(
                    "The file", "is longer than " + LONGEST + " characters; a run's file is a page or two.");
        }
        JsonNode user;
        try {
            refuseAliases(text);
            user = YAML.readTree(text);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            throw new InvalidConfigException(
                    "The file",
                    "is no readable YAML: " + withoutExcerpts(e.getOriginalMessage())
                            + (at == null ? "." : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")."));
        }
        if (!(user instanceof ObjectNode given) || given.isEmpty()) {
            throw new InvalidConfigException("The file", "is empty or no mapping; it must begin with 'hone:'.");
        }
        if (given.has(TUTORIAL_ROOT) && !given.has(ROOT)) {
            given.set(ROOT, given.remove(TUTORIAL_ROOT));
        }
        return given;
    }

    /// An alias would be read as its name.
    private static void refuseAliases(String text) {
        try (JsonParser tokens = YAML.createParser(text)) {
            while (tokens.nextToken() != null) {
                if (tokens instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
                    throw new InvalidConfigException(
                            "The file",
                            "has the alias '*" + yaml.getString() + "' (line "
                                    + yaml.currentTokenLocation().getLineNr() + "); write out what it stands for.");
                }
            }
        }
    }

    /// The configuration as YAML, complete, as [#read(String)] reads it.
    public String write(T config) {
        return YAML.writeValueAsString(Map.of(ROOT, config));
    }

    /// Lays the preset that the user names, if one is named, over the defaults.
    private void preset(Presets offered, ObjectNode merged, ObjectNode user) {
        JsonNode name = user.at("/" + offered.key().replace('.', '/'));
        if (name.isMissingNode() || name.isNull()) {
            return;
        }
        ObjectNode all = resource(type, offered.resource());
        if (!(all.get(name.asString("")) instanceof ObjectNode preset)) {
            throw new InvalidConfigException(
                    offered.key(), "is '" + name.asString("") + "'; choose one of " + all.propertyNames() + ".");
        }
        ObjectNode section = (ObjectNode) merged.at("/" + offered.section().replace('.', '/'));
        overlay(offered.section(), section, preset, new ArrayList<>());
    }

    private void overlay(String path, ObjectNode base, ObjectNode user, List<String> warnings) {
        for (Iterator<Map.Entry<String, JsonNode>> it = user.properties().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = it.next();
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            String notice = ignoredKeys.get(key);
            if (notice != null) {
                warnings.add(key + " " + notice);
                continue;
            }
            JsonNode known = base.get(entry.getKey());
            if (known == null) {
                throw unknown(key, base.propertyNames());
            }
            if (entry.getValue().isNull()) {
                continue;
            }
            if (known instanceof ObjectNode inner && !freeKeys.contains(key)) {
                if (!(entry.getValue() instanceof ObjectNode given)) {
                    throw new InvalidConfigException(
                            key, "must be a mapping with some of " + inner.propertyNames() + ".");
                }
                overlay(key, inner, given, warnings);
            } else {
                base.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private static InvalidConfigException unknown(String key, Collection<String> known) {
        String last = key.substring(key.lastIndexOf('.') + 1);
        return new InvalidConfigException(
                key,
                EditDistance.nearest(last, known)
                        .map(nearest -> "is no key. Did you mean '" + nearest + "'?")
                        .orElse("is no key here. Known keys: " + known + "."));
    }

    private T bind(ObjectNode tree) {
        try {
            return YAML.treeToValue(tree.get(ROOT), type);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidConfigException invalid) {
                    throw invalid;
                }
            }
            String key = Misfit.key(ROOT, e);
            if (e instanceof UnrecognizedPropertyException unknown && unknown.getKnownPropertyIds() != null) {
                throw unknown(
                        key,
                        unknown.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .toList());
            }
            throw new InvalidConfigException(key, Misfit.message(e, tree.path(ROOT), defaults.path(ROOT)));
        }
    }

    /// The parser's message on one line: the excerpts of the file in it are indented.
    private static String withoutExcerpts(String message) {
        return message.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
    }
}
