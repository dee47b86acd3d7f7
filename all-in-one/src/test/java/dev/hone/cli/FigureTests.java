package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Text for people: tables, curves, numbers, screens.
class FigureTests {

    @Test
    void aTableSetsNumbersToTheRight() {
        assertThat(new Table()
                        .row("", "a", "long-name")
                        .row("state", "running", "failed")
                        .lines())
                .containsExactly("       a        long-name", "state  running  failed");
        assertThat(new Table()
                        .row("step", "a", "b")
                        .row("1", "0.5", "-")
                        .row("20", "-12", "0.25")
                        .lines())
                .containsExactly("step    a     b", "1     0.5     -", "20    -12  0.25");
    }

    @Test
    void aCurveGoesFromItsLowestToItsHighestValue() {
        Sparkline blocks = Sparkline.in(StandardCharsets.UTF_8);
        assertThat(blocks.of(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), 8))
                .isEqualTo("▁▂▃▄▅▆▇█");
        assertThat(blocks.of(List.of(7.0, 0.0), 8)).isEqualTo("█▁");
        assertThat(blocks.of(List.of(2.0, 2.0, 2.0), 8)).isEqualTo("▅▅▅");
        // pairs: 0.5, 2.5, 4.5, 6.5
        assertThat(blocks.of(List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), 4))
                .isEqualTo("▁▃▆█");
        assertThat(Sparkline.in(StandardCharsets.US_ASCII).of(List.of(0.0, 7.0), 2))
                .isEqualTo("_#");
    }

    @Test
    void theWidthIsTheTerminalsOrEighty() {
        assertThat(Terminal.width("50 132\n")).isEqualTo(132);
        assertThat(Terminal.width("0 0\n")).isEqualTo(80);
        assertThat(Terminal.width("")).isEqualTo(80);
        assertThat(Terminal.width("50 5\n")).isEqualTo(20);
    }

    @Test
    void aScreenIsDrawnOverTheOneBefore() {
        TestingTerminal drawn = TestingTerminal.of(() -> {
            Terminal terminal = new Terminal(Console.out());
            terminal.draw(List.of("first", "of two"));
            terminal.draw(List.of("second"));
            terminal.draw(List.of("third"));
            return Main.OK;
        });
        String clear = "\r\u001b[J";
        assertThat(String.join("\n", drawn.out()))
                .isEqualTo(String.join(
                                "\n",
                                clear + "first",
                                "of two",
                                "\u001b[2A" + clear + "second",
                                "\u001b[1A" + clear + "third")
                        .replace("\r", "\n"));
    }

    @Test
    void valuesAreAsShortAsTheyCanBeSaid() {
        JsonNode values = json("[0.0001, 1.0, 1e-6, 12, \"text\", null, 0.333333333, true]");
        assertThat(values.valueStream().map(Figures::any))
                .containsExactly("0.0001", "1", "1.00000e-06", "12", "text", "-", "0.333333", "true");
        assertThat(values.valueStream().map(Figures::seconds)).startsWith("0:00", "0:01", "0:00", "0:12", "-");
        assertThat(Figures.seconds(json("3725.4"))).isEqualTo("1:02:05");
        assertThat(Figures.time(json("\"2026-01-02T03:04:05.6Z\""), ZoneOffset.UTC))
                .isEqualTo("2026-01-02 03:04:05");
        assertThat(Figures.steps(json("{\"step\": 3, \"steps\": null}"))).isEqualTo("3/-");
    }

    @Test
    void aRunsScreenHasItsNewestValuesAndItsCurves() {
        JsonNode view = json("""
                {"run": "math-1", "state": "running", "step": 3, "steps": 30, "secondsLeft": 125.2, "policyVersion": 3,
                 "config": {"model": {"path": "models/tiny"}, "trainerCommon": {"algorithm": {"name": "grpo"}}}}""");
        JsonNode rows = json("""
                [{"purpose": "eval", "step": 0, "metrics": {"accuracy": 0.5, "reward/mean": 0.4}},
                 {"purpose": "train", "step": 1, "metrics": {"reward/mean": 0.1, "time/step": 4.25}},
                 {"purpose": "train", "step": 2, "metrics": {"reward/mean": 0.9, "time/step": 4}},
                 {"purpose": "train", "step": 3, "metrics": {"reward/mean": 0.5, "time/step": 3,
                  "throughput/tokens_per_second": 1234.5, "habits/missing_print": 0.25}}]""");
        JsonNode summary = json("{\"episodes_issued\": 64, \"episodes_judged\": 40, \"episodes_given_up\": 1}");
        WatchScreen screen = new WatchScreen(view, rows, summary);
        assertThat(screen.lines(80, Sparkline.in(StandardCharsets.UTF_8))).containsExactly("""
                Run math-1 is running  step 3/30  left 2:05
                models/tiny  grpo  version 3

                reward             0.500  ▁█▅  from 0.100
                evaluation         0.500
                missing print      0.250
                tokens/s            1235
                seconds/step         3.0  █▇▁  from 4.3

                episodes       40 judged, 1 given up of 64 issued""".split("\n", -1));
        assertThat(screen.lines(24, Sparkline.in(StandardCharsets.UTF_8)))
                .startsWith("Run math-1 is running  s")
                .allMatch(line -> line.length() <= 24);
    }

    private static JsonNode json(String text) {
        return EventCodec.json().readTree(text);
    }
}
