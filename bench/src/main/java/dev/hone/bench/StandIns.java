package dev.hone.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.policy.chat.ChatTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Answers as a policy-server and a sandbox-service would, after a fixed time and without computing anything, so that
/// what remains is the services' own work. Its answers are an episode of the math agent with a tool call; `--words`
/// makes them longer.
@Command(name = "stand-ins", mixinStandardHelpOptions = true, showDefaultValues = true)
final class StandIns implements Callable<Integer> {

    private static final String CALL = "<tool_call>\n{\"name\": \"execute_python_code\", \"arguments\": "
            + "{\"code\": \"print(51 - 12)\"}}\n</tool_call>";

    @Option(names = "--model", required = true, description = "directory with the tokenizer")
    private Path model = Path.of("");

    @Option(names = "--port", description = "0: a free one")
    private int port;

    @Option(names = "--generate-millis", description = "until tokens come")
    private int generateMillis = 500;

    @Option(names = "--tool-millis", description = "until a tool's result comes")
    private int toolMillis = 200;

    @Option(names = "--words", description = "of reasoning in each answer")
    private int words = 230;

    @Option(
            names = "--vary",
            description = "every other episode answers too early, by its noise key, so that rewards differ in a group")
    private boolean vary;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private int[] first = {};
    private int[] early = {};
    private int[] second = {};

    public static void main(String[] args) {
        int code = new CommandLine(new StandIns()).execute(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() throws IOException {
        try (ChatTokenizer tokenizer = ChatTokenizer.load(model)) {
            String reasoning = "we need the number of apples left. ".repeat(words / 7 + 1);
            int end = tokenizer.eosIds().getFirst();
            first = ended(tokenizer.encode(reasoning + CALL), end);
            early = ended(tokenizer.encode(reasoning + "The answer is \\boxed{39}. " + CALL), end);
            second = ended(tokenizer.encode(reasoning + "The answer is \\boxed{39}."), end);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.setExecutor(threads);
        server.createContext("/api/v1/runs/", this::generate);
        server.createContext("/api/v1/executions", this::execute);
        server.start();
        System.out.println("stand-ins on http://127.0.0.1:"
                + server.getAddress().getPort() + ", " + first.length + " and " + second.length + " tokens");
        return 0;
    }

    private static int[] ended(int[] ids, int end) {
        int[] all = Arrays.copyOf(ids, ids.length + 1);
        all[ids.length] = end;
        return all;
    }

    /// The first turn's answer to a prompt that cannot hold one, else the second's.
    private void generate(HttpExchange exchange) throws IOException {
        GenerateRequest request;
        try (InputStream body = exchange.getRequestBody()) {
            request = EventCodec.cbor().readValue(body.readAllBytes(), GenerateRequest.class);
        }
        int[] opening = vary && (request.noiseKey() & 1) == 0 ? early : first;
        int[] ids = occurs(request.promptIds(), opening) ? second : opening;
        float[] logProbs = new float[ids.length];
        Arrays.fill(logProbs, -0.5f);
        GenerateResponse response = new GenerateResponse(
                ids,
                logProbs,
                GenerateResponse.STOP,
                List.of(new Timeline.VersionSpan(0, ids.length, request.minVersion())));
        answer(exchange, generateMillis, EventCodec.cbor().writeValueAsBytes(response));
    }

    /// Whether the prompt goes on from the first answer: then its end lies somewhere within.
    private static boolean occurs(int[] prompt, int[] opening) {
        for (int start = 0; start + opening.length <= prompt.length; start++) {
            if (Arrays.equals(prompt, start, start + opening.length, opening, 0, opening.length)) {
                return true;
            }
        }
        return false;
    }

    private void execute(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        ExecutionResult result = new ExecutionResult("39\n", "", 0, false, false, toolMillis, "none");
        answer(exchange, toolMillis, EventCodec.json().writeValueAsBytes(result));
    }

    private void answer(HttpExchange exchange, int millis, byte[] body) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads)
                .execute(() -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
