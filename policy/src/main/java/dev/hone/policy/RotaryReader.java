package dev.hone.policy;

import java.util.List;

/**
 * Reads what a {@code config.json} says about rotary embeddings, in the spellings of Transformers 4 ({@code rope_theta},
 * {@code rope_scaling}) and 5 ({@code rope_parameters}), with the precedence of Transformers 5.
 */
final class RotaryReader {
    private static final String TYPE = "rope_type";
    private static final String OLD_TYPE = "type";
    private static final String THETA = "rope_theta";
    private static final String PART = "partial_rotary_factor";
    private static final String FACTOR = "factor";
    private static final String ATTENTION_FACTOR = "attention_factor";
    private static final String TRAINED = "original_max_position_embeddings";

    private final ConfigJson json;
    private final int headSize;
    private final int maxPositions;

    RotaryReader(ConfigJson json, int headSize, int maxPositions) {
        this.json = json;
        this.headSize = headSize;
        this.maxPositions = maxPositions;
    }

    /** One embedding for all layers. */
    Rotary same() {
        ConfigJson scaling = json.object("rope_scaling");
        ConfigJson parameters = json.object("rope_parameters");
        double theta = json.number(THETA, 10_000);
        int trained = json.integer(TRAINED, 0);
        return rotary(scaling.isEmpty() ? parameters : scaling, theta, trained, true);
    }

    /** Gemma 3: of layers that see everything; {@code rope_scaling} is meant for these. */
    Rotary global() {
        ConfigJson parameters = ofLayers("full_attention");
        ConfigJson scaling = json.object("rope_scaling");
        if (!scaling.isEmpty()) {
            parameters = parameters.overlaid(scaling.present(TYPE) ? scaling : scaling.renamed(OLD_TYPE, TYPE));
        }
        return rotary(parameters, json.number(THETA, 1_000_000), 0, false);
    }

    /** Gemma 3: of layers with a window. */
    Rotary local() {
        return rotary(ofLayers("sliding_attention"), json.number("rope_local_base_freq", 10_000), 0, false);
    }

    private ConfigJson ofLayers(String type) {
        ConfigJson parameters = json.object("rope_parameters");
        parameters.ignore("full_attention");
        parameters.ignore("sliding_attention");
        parameters.requireNothingElse();
        return parameters.object(type);
    }

    private Rotary rotary(ConfigJson parameters, double theta0, int trained0, boolean flat) {
        String type = parameters.text(TYPE, parameters.text(OLD_TYPE, "default"));
        double theta = parameters.number(THETA, theta0);
        double part = parameters.number(PART, json.number(PART, 1));
        parameters.ignore("finetuned");
        if (part != 1 && !type.equals("proportional")) {
            throw parameters.present(PART) ? parameters.refusal(PART, "1") : json.refusal(PART, "1");
        }
        Rotary rotary = switch (type) {
            case "default" -> new Rotary.Plain(theta);
            case "linear" -> new Rotary.Linear(theta, factor(parameters));
            case "proportional" -> new Rotary.Proportional(theta, parameters.number(FACTOR, 1), part);
            case "dynamic" -> new Rotary.Dynamic(theta, factor(parameters), maxPositions);
            case "yarn" -> yarn(parameters, theta, trained(parameters, trained0), flat);
            case "longrope" -> longRope(parameters, theta, trained(parameters, trained0));
            case "llama3" ->
                new Rotary.Llama3(
                        theta,
                        factor(parameters),
                        above0(parameters, "low_freq_factor"),
                        above0(parameters, "high_freq_factor"),
                        trained(parameters, trained0));
            default ->
                throw parameters.refusal(
                        parameters.present(TYPE) ? TYPE : OLD_TYPE,
                        "default, linear, proportional, dynamic, yarn, longrope or llama3");
        };
        parameters.requireNothingElse();
        return rotary;
    }

    private Rotary yarn(ConfigJson parameters, double theta, int trained, boolean flat) {
        double factor = parameters.present(FACTOR) ? factor(parameters) : (double) maxPositions / trained;
        double mscale = parameters.number("mscale", 0);
        double mscaleAll = parameters.number("mscale_all_dim", 0);
        double attention = mscale != 0 && mscaleAll != 0
                ? temperature(factor, mscale) / temperature(factor, mscaleAll)
                : temperature(factor, 1);
        double betaFast = parameters.number("beta_fast", 32);
        double betaSlow = parameters.number("beta_slow", 1);
        boolean truncate = parameters.flag("truncate", true);
        if (!truncate && !flat) {
            throw parameters.refusal("truncate", "true where layer types have parameters of their own");
        }
        return new Rotary.Yarn(
                theta,
                factor,
                trained,
                parameters.number(ATTENTION_FACTOR, attention),
                betaFast == 0 ? 32 : betaFast,
                betaSlow == 0 ? 1 : betaSlow,
                truncate);
    }

    /** YaRN's factor of attention logits, its root: 0.1 ln(s) + 1. */
    private static double temperature(double scale, double mscale) {
        return scale <= 1 ? 1 : 0.1 * mscale * Math.log(scale) + 1;
    }

    private Rotary longRope(ConfigJson parameters, double theta, int trained) {
        double factor = parameters.present(FACTOR) ? factor(parameters) : (double) maxPositions / trained;
        double attention = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
        return new Rotary.LongRope(
                theta,
                trained,
                parameters.number(ATTENTION_FACTOR, attention),
                factors(parameters, "short_factor"),
                factors(parameters, "long_factor"));
    }

    private List<Double> factors(ConfigJson parameters, String key) {
        List<Double> factors = parameters.numbers(key);
        if (factors.size() != headSize / 2) {
            throw parameters.refusal(key, "%d numbers, one for each frequency".formatted(headSize / 2));
        }
        return factors;
    }

    /** A configuration's own entry goes before the one among the parameters, as in Transformers. */
    private int trained(ConfigJson parameters, int trained0) {
        int inner = parameters.present(TRAINED) ? parameters.positive(TRAINED) : maxPositions;
        return trained0 > 0 ? trained0 : inner;
    }

    private static double factor(ConfigJson parameters) {
        return above0(parameters, FACTOR);
    }

    private static double above0(ConfigJson parameters, String key) {
        double value = parameters.number(key, 0);
        if (!(value > 0)) {
            throw parameters.refusal(key, "a number above 0");
        }
        return value;
    }
}
