package dev.hone.debug;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.judge.grading.Composition;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.rollout.recorder.Recording;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowCatalog;
import dev.hone.rollout.workflow.WorkflowOutput;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// Runs a configuration's episodes for people who look into them: workflow, tool and judge in the thread that calls
/// [#play], without deadlines, one episode after the other; nothing is trained or kept.
public final class DebugRun {

    private final RunConfig config;
    private final Player player;
    private final Composition judges;
    private final Consumer<String> out;

    DebugRun(RunConfig config, Player player, Consumer<String> out) {
        this.config = config;
        this.player = player;
        this.judges = Composition.of(config.taskJudge(), new JudgeCatalog(Map.of(), OwnCode::judge));
        this.out = out;
        workflow(); // refuses a bad name before the first episode
    }

    private Workflow workflow() {
        String name = config.rollout().userWorkflow();
        return OwnCode.workflow(name)
                .orElseGet(() -> new WorkflowCatalog().find(name).get());
    }

    /// Plays the tasks.
    ///
    /// @return how many came to a verdict
    int play(List<Task> tasks) {
        int judged = 0;
        for (int number = 0; number < tasks.size(); number++) {
            judged += play(tasks.get(number), number) ? 1 : 0;
        }
        return judged;
    }

    private boolean play(Task task, int number) {
        out.accept("");
        out.accept("=== " + task.taskId() + ": " + task.query());
        TaskIssued issued = new TaskIssued(
                new EpisodeKey(new RunId("debug"), Purpose.TRAIN, 1, number, 0, 0),
                task,
                config.seed() + number,
                config.rollout().temperature(),
                0,
                Instant.MAX,
                config.rollout().withoutLimits(),
                config.taskJudge());
        Player.Seat seat = player.seat(issued);
        Instant started = Instant.now();
        try {
            WorkflowOutput output = workflow().run(task, seat.tuner());
            Recording recording = seat.recording().get();
            show(recording.messages());
            Map<String, String> told = new HashMap<>(output.asMap());
            told.put(EpisodeFinished.FINISH_REASON, recording.finishReason());
            EpisodeFinished finished = new EpisodeFinished(
                    issued.episode(),
                    task,
                    config.taskJudge(),
                    null,
                    told,
                    recording.messages(),
                    recording.trajectory().encode(),
                    recording.usage(),
                    started,
                    Instant.now());
            show(finished, judges.judge(finished));
            return true;
        } catch (Exception e) {
            show(seat.recording().get().messages());
            out.accept("--- failed: " + e);
            for (StackTraceElement frame : e.getStackTrace()) {
                out.accept("        at " + frame);
            }
            return false;
        }
    }

    private void show(List<Message> conversation) {
        for (Message message : conversation) {
            out.accept("--- " + message.role());
            message.content().lines().forEach(line -> out.accept("    " + line));
            if (!message.content().contains("<tool_call>")) {
                for (Message.ToolCall call : message.toolCalls()) {
                    out.accept("    calls " + call.name() + " " + call.arguments());
                }
            }
        }
    }

    private void show(EpisodeFinished finished, Verdict verdict) {
        out.accept("--- output: " + finished.output());
        out.accept(String.format(
                Locale.ROOT,
                "--- reward %.3f, %s (%s)",
                verdict.reward(),
                verdict.success() ? "solved" : "not solved",
                verdict.cause()));
        for (Verdict.Part part : verdict.parts()) {
            out.accept(String.format(
                    Locale.ROOT, "    %s %.2f x %.2f: %s", part.name(), part.score(), part.weight(), part.reason()));
        }
    }
}
