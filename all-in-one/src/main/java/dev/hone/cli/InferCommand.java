package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import dev.hone.debug.Chat;
import dev.hone.policy.UnsupportedModelException;
import dev.hone.policy.chat.ChatTemplateException;
import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./hone infer`: a conversation with a model, in this process.
@Command(
        name = "infer",
        description = {
            "Chats with a model: a question a line on standard input, or one with --prompt.",
            "A line /new begins anew; the end of the input ends it."
        },
        mixinStandardHelpOptions = true)
final class InferCommand implements Callable<Integer> {

    private static final String BEGIN_ANEW = "/new";

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model's folder, or the name of a run.")
    private String model = "";

    @Option(
            names = "--at",
            paramLabel = "VERSION",
            description = "With a run: version of its weights, 0 before the first step (default: the newest).")
    private @Nullable Integer version;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "Ask this, print the answer, and end.")
    private @Nullable String prompt;

    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "The system message (default: none; with --python the math agent's).")
    private @Nullable String system;

    @Option(names = "--python", description = "Give the model the tool execute_python_code, which runs in the sandbox.")
    private boolean python;

    @Option(names = "--max-calls", paramLabel = "N", description = "Turns with tool calls to one answer (default: 4).")
    private int maxCalls = 4;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "0 takes the most likely token each time (default: 0).")
    private double temperature;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Tokens of an answer at most (default: 512).")
    private int maxTokens = 512;

    @Option(names = "--seed", paramLabel = "N", description = "Decides what is sampled (default: 0).")
    private long seed;

    @Option(names = "--json", description = "Print each answer as a line of JSON.")
    private boolean json;

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() throws IOException {
        if (maxTokens < 1 || maxCalls < 0 || temperature < 0) {
            throw new UserErrorException("--max-tokens is " + maxTokens + ", --max-calls " + maxCalls
                    + " and --temperature " + temperature + "; give at least 1, 0 and 0.");
        }
        Path work = DataDirOption.prepared(server.data().folder().resolve("infer"));
        Path folder = folder(work);
        Console.logTo(work.resolve("hone.log"));
        Console.progress("Loading " + folder);
        try (Chat chat =
                Chat.open(folder, new Chat.Settings(system, python, maxCalls, temperature, maxTokens, seed), work)) {
            if (prompt != null) {
                answer(chat, prompt);
                return Main.OK;
            }
            converse(chat);
            return Main.OK;
        } catch (IllegalArgumentException
                | ChatTemplateException
                | InvalidWeightsException
                | UnsupportedModelException e) {
            throw new UserErrorException(String.valueOf(e.getMessage()));
        } catch (EpisodeFailedException e) {
            throw new UserErrorException(e.failure().message());
        }
    }

    private void converse(Chat chat) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean person = Terminal.interactive(System.getenv());
        while (true) {
            if (person) {
                Console.err().print("> ");
                Console.err().flush();
            }
            String line = in.readLine();
            if (line == null) {
                return;
            }
            if (line.strip().equals(BEGIN_ANEW)) {
                chat.beginAnew();
            } else if (!line.isBlank()) {
                answer(chat, line);
            }
        }
    }

    private void answer(Chat chat, String question) {
        Chat.Reply reply = chat.ask(question);
        if (json) {
            Console.result(EventCodec.json().writeValueAsString(reply));
            return;
        }
        for (Chat.Call call : reply.calls()) {
            Console.progress("--- " + call.name());
            call.code().lines().forEach(line -> Console.progress("    " + line));
            Console.progress("--- result");
            call.result().lines().forEach(line -> Console.progress("    " + line));
        }
        Console.result(reply.text());
        if (reply.finishReason().equals("length")) {
            Console.progress("(cut: --max-tokens, or all that the model reads, is used up; /new begins anew)");
        }
    }

    /// The folder that was named; else that of the run's model, fetched if it is not on this machine.
    private Path folder(Path work) throws IOException {
        for (Path named : new Path[] {Path.of(model), DataDirOption.home().resolve(model)}) {
            if (Files.isDirectory(named)) {
                if (version != null) {
                    throw new UserErrorException("--at belongs to a run, and " + named + " is a folder; leave it out.");
                }
                return named.toAbsolutePath().normalize();
            }
        }
        GatewayClient gateway = server.running()
                .orElseThrow(() -> new UserErrorException("There is no folder " + model
                        + ", and no gateway runs that could know a run of that name. Check the name, or name a gateway"
                        + " with --server URL."));
        RunModel trained = RunModel.of(gateway, model, version);
        if (trained.local() != null) {
            return trained.local();
        }
        Path fetched = work.resolve(trained.run() + "-" + trained.version());
        Folders.delete(fetched);
        trained.write(fetched);
        return fetched;
    }
}
