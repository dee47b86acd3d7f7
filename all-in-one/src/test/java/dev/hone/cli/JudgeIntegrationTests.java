package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `./hone judge` on the episodes of a run that was trained.
class JudgeIntegrationTests {

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    /// Whatever is said is right.
    public static final class Indulgent implements Judge {
        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            return new Score(1, Score.NO_CAUSE, "fine");
        }
    }

    @Test
    void episodesOfARunAreJudgedAgainWithoutTouchingIt() throws Exception {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("rejudged", 1));
        TestingTerminal trained = TestingTerminal.run(
                TestingPlatform::lend, "train", "--conf", file.toString(), "--data-dir", folder.toString());
        assertThat(trained.code()).as(trained.toString()).isEqualTo(Main.OK);
        List<String> curve = TrainIntegrationTests.curve(gateway, "rejudged");

        String same = conf("same", "math_agent");
        JsonNode report = report(judge("rejudged", same, "--json"));
        assertThat(report.path("compared").asInt()).isEqualTo(TestingExample.SAMPLES);
        assertThat(report.path("rewardChanged").asInt()).isZero();

        String other = conf("other", Indulgent.class.getName());
        TestingTerminal flips = judge("rejudged", other, "--json", "--purpose", "train", "--from-step", "2");
        JsonNode flipped = report(flips);
        int unsolved = 0;
        for (JsonNode row : gateway.get("/api/v1/runs/rejudged/episodes?purpose=train&step=2")
                .path("episodes")) {
            unsolved += row.path("success").asBoolean() ? 0 : 1;
        }
        assertThat(flipped.path("compared").asInt()).isEqualTo(16);
        assertThat(flipped.path("wrongToRight").asInt()).isEqualTo(unsolved).isPositive();
        assertThat(flipped.path("flipped").size()).isEqualTo(unsolved);
        assertThat(flipped.path("meanRewardAfter").asDouble()).isEqualTo(1);
        assertThat(flips.err()).anyMatch(line -> line.contains(unsolvedText(flipped)));
        assertThat(TrainIntegrationTests.curve(gateway, "rejudged")).isEqualTo(curve);

        int counted = 0;
        for (JsonNode cause : gateway.get("/api/v1/runs/rejudged/causes").path("causes")) {
            counted += cause.path("episodes").asInt();
        }
        assertThat(counted).isEqualTo(TestingExample.SAMPLES);
    }

    private static String unsolvedText(JsonNode report) {
        return "0 right -> wrong, " + report.path("wrongToRight").asInt() + " wrong -> right";
    }

    @Test
    void whatCannotBeJudgedIsOneLineAndExitCode2() throws Exception {
        assertThat(judge("nobody", conf("a", "math_agent")))
                .satisfies(terminal -> refused(terminal, "There is no run 'nobody'"));
        assertThat(judge("nobody", folder.resolve("none.yaml").toString()))
                .satisfies(terminal -> refused(terminal, "Cannot read"));
        assertThat(TestingTerminal.run(TestingPlatform::lend, "judge", "--run", "x"))
                .satisfies(terminal -> refused(terminal, "--conf"));
    }

    private static void refused(TestingTerminal terminal, String message) {
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).last().asString().contains(message);
    }

    private String conf(String name, String protocol) throws IOException {
        return Files.writeString(
                        folder.resolve(name + ".yaml"), "hone: {task_judge: {judge_protocol: " + protocol + "}}")
                .toString();
    }

    private static JsonNode report(TestingTerminal terminal) {
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.out()).hasSize(1);
        return EventCodec.json().readTree(terminal.out().getFirst());
    }

    private TestingTerminal judge(String run, String conf, String... more) {
        List<String> words =
                new ArrayList<>(List.of("judge", "--run", run, "--conf", conf, "--data-dir", folder.toString()));
        words.addAll(List.of(more));
        return TestingTerminal.run(TestingPlatform::lend, words.toArray(String[]::new));
    }
}
