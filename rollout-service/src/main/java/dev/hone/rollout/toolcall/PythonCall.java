package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A call as Python writes it: `name(argument=value, …)`, keyword arguments only, each a string (of any quotes), a
/// number, `True`, `False`, `None`, or a list or a map in JSON's spelling. `print(…)` around it is taken off.
final class PythonCall {

    private static final Pattern CALL = Pattern.compile("(?s)(\\w+)\\s*\\((.*)\\)");
    private static final Pattern PRINTED = Pattern.compile("(?s)print\\s*\\(\\s*(\\w+\\s*\\(.*\\))\\s*\\)");
    private static final Pattern KEY = Pattern.compile("\\s*(\\w+)\\s*=\\s*");

    private final String text;
    private int at;

    private PythonCall(String text) {
        this.text = text;
    }

    static Message.ToolCall read(String code, String id) {
        Matcher printed = PRINTED.matcher(code);
        Matcher call = CALL.matcher(printed.matches() ? printed.group(1) : code);
        if (!call.matches()) {
            return new Message.ToolCall(id, "", code, true);
        }
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        boolean understood = new PythonCall(call.group(2)).read(arguments);
        return understood
                ? new Message.ToolCall(id, call.group(1), arguments.toString(), false)
                : new Message.ToolCall(id, call.group(1), code, true);
    }

    private boolean read(ObjectNode arguments) {
        while (!text.substring(at).isBlank()) {
            Matcher key = KEY.matcher(text).region(at, text.length());
            if (!key.lookingAt()) {
                return false;
            }
            at = key.end();
            if (!value(arguments, key.group(1))) {
                return false;
            }
            skipBlanks();
            if (at < text.length() && text.charAt(at++) != ',') {
                return false;
            }
        }
        return true;
    }

    private boolean value(ObjectNode arguments, String name) {
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
            String string = string();
            if (string == null) {
                return false;
            }
            arguments.put(name, string);
            return true;
        }
        int from = at;
        int depth = 0;
        while (at < text.length() && (depth > 0 || text.charAt(at) != ',')) {
            char c = text.charAt(at++);
            depth += "[{".indexOf(c) >= 0 ? 1 : "]}".indexOf(c) >= 0 ? -1 : 0;
        }
        String literal = text.substring(from, at).strip();
        JsonNode value = CallJson.read(
                switch (literal) {
                    case "True" -> "true";
                    case "False" -> "false";
                    case "None" -> "null";
                    default -> literal;
                });
        if (value == null || value.isMissingNode()) {
            return false;
        }
        arguments.set(name, value);
        return true;
    }

    private @Nullable String string() {
        char mark = text.charAt(at);
        String quotes = text.startsWith(String.valueOf(mark).repeat(3), at)
                ? String.valueOf(mark).repeat(3)
                : String.valueOf(mark);
        at += quotes.length();
        StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            if (text.startsWith(quotes, at)) {
                at += quotes.length();
                return string.toString();
            }
            char c = text.charAt(at++);
            if (c != '\\' || at == text.length()) {
                string.append(c);
                continue;
            }
            char escaped = text.charAt(at++);
            switch (escaped) {
                case 'n' -> string.append('\n');
                case 't' -> string.append('\t');
                case 'r' -> string.append('\r');
                case '\\', '\'', '"' -> string.append(escaped);
                case '\n' -> {
                    // A line that goes on.
                }
                default -> string.append('\\').append(escaped);
            }
        }
        return null;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
