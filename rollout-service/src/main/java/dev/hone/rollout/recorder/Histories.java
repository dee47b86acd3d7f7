package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Finds the recorded turn that a request goes on from.
final class Histories {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Histories() {}

    /// The turn whose conversation the messages begin with; of several the longest, of these the latest.
    ///
    /// @param turns parents before their children
    static Optional<Turn> endOfRecorded(List<Turn> turns, Request request) {
        List<Message> messages = request.messages();
        Map<Turn, Integer> lengths = new HashMap<>();
        Turn found = null;
        int longest = -1;
        for (Turn turn : turns) {
            int from = turn.parent() == null ? 0 : lengths.getOrDefault(turn.parent(), -1);
            int to = from + turn.told().size();
            if (from >= 0
                    && to <= messages.size()
                    && turn.tools().equals(request.tools())
                    && same(turn.told(), messages.subList(from, to))) {
                lengths.put(turn, to);
                if (to >= longest) {
                    found = turn;
                    longest = to;
                }
            }
        }
        return Optional.ofNullable(found);
    }

    private static boolean same(List<Message> told, List<Message> asked) {
        for (int i = 0; i < told.size(); i++) {
            if (!same(told.get(i), asked.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// An assistant's message may come back without its text where it has calls, and stripped; its calls count
    /// by their ids and by what their arguments say, not by how they are written.
    private static boolean same(Message told, Message asked) {
        if (!told.role().equals("assistant") || !asked.role().equals("assistant")) {
            return told.equals(asked);
        }
        List<Message.ToolCall> calls = told.toolCalls();
        if (calls.size() != asked.toolCalls().size()) {
            return false;
        }
        for (int i = 0; i < calls.size(); i++) {
            Message.ToolCall call = calls.get(i);
            Message.ToolCall other = asked.toolCalls().get(i);
            if (!call.id().equals(other.id()) || !saysTheSame(call, other)) {
                return false;
            }
        }
        boolean textLeftOut = !calls.isEmpty() && asked.content().isEmpty();
        return textLeftOut || told.content().strip().equals(asked.content().strip());
    }

    private static boolean saysTheSame(Message.ToolCall told, Message.ToolCall asked) {
        if (told.arguments().isEmpty() || told.equals(asked)) {
            return true;
        }
        try {
            return told.name().equals(asked.name())
                    && JSON.readTree(told.arguments()).equals(JSON.readTree(asked.arguments()));
        } catch (JacksonException e) {
            return false;
        }
    }
}
