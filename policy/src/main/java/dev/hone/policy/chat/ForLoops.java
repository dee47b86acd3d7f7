package dev.hone.policy.chat;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.TagToken;
import com.hubspot.jinjava.util.ForLoop;
import com.hubspot.jinjava.util.ObjectIterator;
import com.hubspot.jinjava.util.ObjectTruthValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.tuple.Pair;
import org.jspecify.annotations.Nullable;

/// `for`, with what Jinja2 has and Jinjava has not: a condition on the elements (`for a in list if a.b`), and the
/// neighbours of the current one (`loop.previtem`, `loop.nextitem`).
final class ForLoops extends ForTag {

    /// Where the elements of the innermost loop are kept; no template can name it.
    private static final String ELEMENTS = "elements of the loop";

    private static final String IF = " if ";

    /// Without the condition.
    @Override
    public Pair<List<String>, String> getLoopVarsAndExpression(TagToken tag) {
        Pair<List<String>, String> loop = super.getLoopVarsAndExpression(tag);
        int condition = condition(loop.getRight());
        return condition < 0 ? loop : Pair.of(loop.getLeft(), loop.getRight().substring(0, condition));
    }

    @Override
    public String renderForCollection(
            TagNode tag, JinjavaInterpreter interpreter, List<String> variables, @Nullable Object collection) {
        int condition = condition(tag.getHelpers());
        List<@Nullable Object> elements = new ArrayList<>();
        for (ForLoop all = ObjectIterator.getLoop(collection); all.hasNext(); ) {
            Object element = all.next();
            if (condition < 0 || holds(tag.getHelpers().substring(condition + IF.length()), tag, variables, element)) {
                elements.add(element);
            }
        }
        Context context = interpreter.getContext();
        Object outer = context.get(ELEMENTS);
        context.put(ELEMENTS, elements);
        try {
            return super.renderForCollection(tag, interpreter, variables, elements);
        } finally {
            context.put(ELEMENTS, outer);
        }
    }

    private static boolean holds(String condition, TagNode tag, List<String> variables, @Nullable Object element) {
        JinjavaInterpreter interpreter = JinjavaInterpreter.getCurrent();
        try (var ignored = interpreter.enterNonStackingScope()) {
            List<?> parts = switch (element) {
                case Map.Entry<?, ?> entry when variables.size() == 2 -> List.of(entry.getKey(), entry.getValue());
                case List<?> several when variables.size() > 1 -> several;
                case null, default -> Collections.singletonList(element);
            };
            for (int i = 0; i < variables.size(); i++) {
                interpreter.getContext().put(variables.get(i), i < parts.size() ? parts.get(i) : null);
            }
            return ObjectTruthValue.evaluate(interpreter.resolveELExpression(condition, tag.getLineNumber()));
        }
    }

    /// Where the first `if` outside of texts and brackets stands; -1: nowhere. What is looped over may not be a choice
    /// (`a if b else c`) without brackets.
    private static int condition(String expression) {
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (quote != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (depth == 0 && expression.startsWith(IF, i)) {
                return i;
            }
        }
        return -1;
    }

    /// The element before or behind the loop's current one; null, which is undefined, at an end.
    ///
    /// @throws ChatTemplateException if the loop is not the innermost one
    static @Nullable Object neighbour(ForLoop loop, int distance) {
        Context context = JinjavaInterpreter.getCurrent().getContext();
        if (context.get(LOOP) != loop || !(context.get(ELEMENTS) instanceof List<?> elements)) {
            throw new ChatTemplateException(
                    "The chat template asks for the neighbours of an outer loop's element, which"
                            + " is not supported; change chat_template.jinja in the model's directory.");
        }
        int index = loop.getIndex0() + distance;
        return index < 0 || index >= elements.size() ? null : elements.get(index);
    }
}
