package dev.hone.judge.verifier;

import java.util.regex.Pattern;

/// The marks around a tool call in what a model writes (Hermes form).
final class ToolCallTags {

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final Pattern CALL = Pattern.compile("<tool_call>.*?(?:</tool_call>|\\z)", Pattern.DOTALL);

    private ToolCallTags() {}

    static int opened(String content) {
        return count(content, OPEN);
    }

    static int closed(String content) {
        return count(content, CLOSE);
    }

    /// What the model wrote around its calls.
    static String textOutside(String content) {
        return CALL.matcher(content).replaceAll(" ");
    }

    private static int count(String content, String tag) {
        int count = 0;
        for (int at = content.indexOf(tag); at >= 0; at = content.indexOf(tag, at + tag.length())) {
            count++;
        }
        return count;
    }
}
