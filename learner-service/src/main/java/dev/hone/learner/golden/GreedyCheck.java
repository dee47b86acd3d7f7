package dev.hone.learner.golden;

import dev.hone.policy.Policy;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// Most likely continuations: each prompt alone, and all in one batch.
final class GreedyCheck {
    private final Policy policy;
    private final GoldenFiles files;
    private final Cases cases;

    GreedyCheck(Policy policy, GoldenFiles files, Cases cases) {
        this.policy = policy;
        this.files = files;
        this.cases = cases;
    }

    void run() throws IOException {
        List<JsonNode> greedy =
                StreamSupport.stream(files.json("greedy").spliterator(), false).toList();
        if (greedy.isEmpty()) {
            cases.broken("greedy", "is not in cases.json");
            return;
        }
        List<GenerationRequest> requests = greedy.stream()
                .map(one -> GenerationRequest.of(
                        ints(one.path("prompt")), ints(one.path("continuation")).length, 0, Set.of(), 0))
                .toList();
        for (int i = 0; i < requests.size(); i++) {
            compare(
                    "greedy." + i,
                    greedy.get(i),
                    i,
                    generate(requests.subList(i, i + 1)).getFirst());
        }
        List<Generated> together = generate(requests);
        for (int i = 0; i < requests.size(); i++) {
            compare("greedy in one batch." + i, greedy.get(i), i, together.get(i));
        }
    }

    private List<Generated> generate(List<GenerationRequest> requests) {
        GeneratorOptions options = new GeneratorOptions(requests.size(), 0, 4, 0);
        try (Generator generator = new Generator(policy, policy.publish(0), options)) {
            List<CompletableFuture<Generated>> running =
                    requests.stream().map(generator::submit).toList();
            return running.stream().map(CompletableFuture::join).toList();
        }
    }

    private void compare(String name, JsonNode golden, int index, Generated generated) throws IOException {
        int[] expected = ints(golden.path("continuation"));
        int[] actual = generated.tokenIds();
        long different = IntStream.range(0, expected.length)
                .filter(i -> i >= actual.length || actual[i] != expected[i])
                .count();
        cases.add(name + ".tokens", different, 0, different == 0 ? "" : "so many tokens differ");
        String tensor = "greedy." + index + ".logp";
        if (!files.has(tensor)) {
            cases.broken(name + ".logp", tensor + " is not in cases.safetensors");
            return;
        }
        float[] logProbs = files.floats(tensor, expected.length);
        Largest largest = new Largest();
        for (int i = 0; i < expected.length; i++) {
            double one = i < actual.length ? generated.logProbs()[i] : Double.NaN;
            largest.compare(one, logProbs[i], "token " + i);
        }
        largest.into(cases, name + ".logp", Tolerances.LOG_PROB);
    }

    private static int[] ints(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::asInt).toArray();
    }
}
