package dev.hone.bench;

import dev.hone.learner.model.Placement;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.Update;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command: each measurement is one line of JSON, the medians of its repetitions; one that fails says so and the
/// others go on.
@Command(name = "bench", mixinStandardHelpOptions = true, showDefaultValues = true)
final class Bench implements Callable<Integer> {
    @Option(
            names = "--model",
            required = true,
            description = "directory with config.json; without weights these are drawn")
    Path model = Path.of("");

    @Option(names = "--device", description = "cpu, cuda or auto")
    String device = "cpu";

    @Option(names = "--compute", description = "float32 or bfloat16")
    String compute = "float32";

    @Option(names = "--threads", description = "inside one operator on the CPU")
    int threads = 2;

    @Option(names = "--measure", split = ",", description = "among generate, train, step")
    List<String> measures = List.of("generate", "train", "step");

    @Option(names = "--concurrent", split = ",", description = "samples that generate at one time, in turn")
    List<Integer> concurrent = List.of(128);

    @Option(names = "--groups", description = "prompts of a step")
    int groups = 16;

    @Option(names = "--samples", description = "of each prompt")
    int samples = 8;

    @Option(names = "--prompt", description = "tokens of a random prompt")
    int promptTokens = 96;

    @Option(
            names = "--problems",
            description = "JSON Lines with the math agent's questions, in place of random prompts")
    @Nullable
    Path problems;

    @Option(names = "--write-prompts", description = "write the step's prompts here, for a peer")
    @Nullable
    Path writePrompts;

    @Option(names = "--completion", description = "tokens of every sample")
    int completionTokens = 96;

    @Option(names = "--micro-tokens", description = "tokens of a micro-batch; halved where memory does not suffice")
    int microTokens = 8192;

    @Option(names = "--burst", description = "tokens a native call adds to each sample")
    int burst = GeneratorOptions.defaults().burst();

    @Option(names = "--repeat", description = "repetitions after the first, which warms up")
    int repeat = 3;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        PolicyOptions options = Placement.of(device, compute, threads);
        boolean stored = Files.exists(model.resolve("model.safetensors"));
        try (Policy policy = stored ? Policy.load(model, options) : Policy.initialise(model, 1, options)) {
            Prompts prompts = prompts(policy, groups);
            if (writePrompts != null) {
                prompts.write(writePrompts);
            }
            int failed = 0;
            if (measures.contains("generate")) {
                for (int rows : concurrent) {
                    failed += guarded("generate " + rows, () -> generate(policy, rows));
                }
            }
            if (measures.contains("train")) {
                failed += guarded("train", () -> train(policy, prompts));
            }
            if (measures.contains("step")) {
                failed += guarded("step", () -> step(policy, prompts));
            }
            return failed == 0 ? 0 : 1;
        }
    }

    private interface Measurement {
        void run() throws Exception;
    }

    private static int guarded(String name, Measurement measurement) {
        try {
            measurement.run();
            return 0;
        } catch (Exception | LinkageError e) {
            System.err.println("bench: " + name + " failed; the others go on.");
            e.printStackTrace();
            return 1;
        }
    }

    private Prompts prompts(Policy policy, int count) throws IOException {
        return problems == null
                ? Prompts.random(count, promptTokens, policy.config().vocabularySize())
                : Prompts.mathAgent(model, problems, count);
    }

    private Workbench workbench(Policy policy, int rows) {
        return new Workbench(policy, new GeneratorOptions(rows, 0, burst, 0));
    }

    private void generate(Policy policy, int rows) throws Exception {
        int count = Math.max(1, rows / samples);
        Prompts prompts = prompts(policy, count);
        int each = rows / count;
        try (Workbench bench = workbench(policy, rows)) {
            Timed.repeat(
                            repeat,
                            timed -> timed.phase("generate", () -> bench.generate(prompts, each, completionTokens)))
                    .print(
                            "generate",
                            "generate",
                            (long) count * each * completionTokens,
                            Map.of("concurrent", count * each));
        }
    }

    private void train(Policy policy, Prompts prompts) throws Exception {
        int rows = groups * samples;
        try (Workbench bench = workbench(policy, rows)) {
            List<TrainingSequence> batch = Workbench.batch(bench.generate(prompts, samples, completionTokens));
            int micro = fitting(bench, batch);
            Timed.repeat(repeat, timed -> timed.phase("train", () -> bench.train(batch, micro)))
                    .print("train", "train", tokens(batch), Map.of("micro_tokens", micro));
        }
    }

    private void step(Policy policy, Prompts prompts) throws Exception {
        int rows = groups * samples;
        try (Workbench bench = workbench(policy, rows)) {
            int micro = fitting(bench, Workbench.batch(bench.generate(prompts, samples, completionTokens)));
            long[] tokens = new long[1];
            double[] gap = new double[1];
            Timed.repeat(
                            repeat,
                            timed -> timed.phase("step", () -> {
                                List<TrainingSequence> batch = Workbench.batch(timed.phase(
                                        "generate", () -> bench.generate(prompts, samples, completionTokens)));
                                Update update = timed.phase("train", () -> bench.train(batch, micro));
                                timed.phase("publish", () -> {
                                    bench.publish();
                                    return true;
                                });
                                tokens[0] = tokens(batch);
                                gap[0] = update.statistics().metrics().getOrDefault("logprob_gap/mean", Double.NaN);
                                return true;
                            }))
                    .print("step", "step", tokens[0], Map.of("concurrent", rows, "logprob_gap", gap[0]));
        }
    }

    /// The largest micro-batch that memory suffices for.
    private int fitting(Workbench bench, List<TrainingSequence> batch) {
        for (int tokens = microTokens; ; tokens /= 2) {
            try {
                bench.train(batch, tokens);
                return tokens;
            } catch (ai.djl.engine.EngineException e) {
                if (tokens < 2 * batch.getFirst().length()
                        || !String.valueOf(e.getMessage()).contains("memory")) {
                    throw e;
                }
                System.err.println("bench: no memory for micro-batches of " + tokens + " tokens; halving.");
            }
        }
    }

    private static long tokens(List<TrainingSequence> batch) {
        return batch.stream().mapToLong(TrainingSequence::length).sum();
    }
}
