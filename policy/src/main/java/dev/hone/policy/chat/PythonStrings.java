package dev.hone.policy.chat;

import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/// Python's methods of `str`, as chat templates call them (`text.split('</think>')[-1].lstrip('\n')`). Java's
/// own of the same names mean something else: `split` takes a regular expression there. And a loop's neighbours.
final class PythonStrings extends ELResolver {

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    @Override
    public @Nullable Object invoke(
            ELContext context, @Nullable Object base, Object method, Class<?>[] types, Object @Nullable [] arguments) {
        if (!(base instanceof String text)) {
            return null;
        }
        Object[] given = arguments == null ? new Object[0] : arguments;
        Object result = call(text, method.toString(), given);
        if (result != null) {
            context.setPropertyResolved(true);
        }
        return result;
    }

    private static @Nullable Object call(String text, String method, Object[] given) {
        return switch (method) {
            case "startswith" -> any(given[0], text::startsWith);
            case "endswith" -> any(given[0], text::endsWith);
            case "strip" -> strip(text, given, true, true);
            case "lstrip" -> strip(text, given, true, false);
            case "rstrip" -> strip(text, given, false, true);
            case "split" -> split(text, given);
            case "replace" -> text.replace(String.valueOf(given[0]), String.valueOf(given[1]));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize" ->
                text.isEmpty()
                        ? text
                        : text.substring(0, 1).toUpperCase(Locale.ROOT)
                                + text.substring(1).toLowerCase(Locale.ROOT);
            case "find" -> (long) text.indexOf(String.valueOf(given[0]));
            case "join" -> join(text, given[0]);
            default -> null;
        };
    }

    private static boolean any(Object argument, java.util.function.Predicate<String> test) {
        return argument instanceof Iterable<?> several
                ? several.iterator().hasNext() && anyOf(several, test)
                : test.test(String.valueOf(argument));
    }

    private static boolean anyOf(Iterable<?> several, java.util.function.Predicate<String> test) {
        for (Object one : several) {
            if (test.test(String.valueOf(one))) {
                return true;
            }
        }
        return false;
    }

    static String strip(String text, Object[] given, boolean left, boolean right) {
        @Nullable String set = given.length == 0 || given[0] == null ? null : given[0].toString();
        int start = 0;
        int end = text.length();
        while (left && start < end && strippable(text.charAt(start), set)) {
            start++;
        }
        while (right && end > start && strippable(text.charAt(end - 1), set)) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean strippable(char c, @Nullable String set) {
        return set == null ? Character.isWhitespace(c) || c == '\u00a0' || c == '\u0085' : set.indexOf(c) >= 0;
    }

    private static List<String> split(String text, Object[] given) {
        if (given.length == 0 || given[0] == null) {
            String trimmed = text.strip();
            return trimmed.isEmpty() ? new ArrayList<>() : new ArrayList<>(Arrays.asList(BLANKS.split(trimmed, -1)));
        }
        int limit = given.length > 1 && given[1] instanceof Number n && n.intValue() >= 0 ? n.intValue() + 1 : -1;
        return new ArrayList<>(Arrays.asList(
                Pattern.compile(Pattern.quote(given[0].toString())).split(text, limit)));
    }

    private static String join(String separator, Object parts) {
        List<String> texts = new ArrayList<>();
        for (Object part : (Iterable<?>) parts) {
            texts.add(String.valueOf(part));
        }
        return String.join(separator, texts);
    }

    /// Python's `repr` of plain data.
    static String repr(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case Number number -> PythonJson.write(number, -1);
            case Map<?, ?> map -> {
                List<String> entries = new ArrayList<>();
                map.forEach((key, element) -> entries.add(repr(key) + ": " + repr(element)));
                yield "{" + String.join(", ", entries) + "}";
            }
            case Collection<?> list ->
                "[" + String.join(", ", list.stream().map(PythonStrings::repr).toList()) + "]";
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder out = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean control = c < ' ' || (c >= 0x7f && c <= 0xa0);
                    out.append(c == quote || c == '\\' ? "\\" : "")
                            .append(control ? "\\x%02x".formatted(c) : Character.toString(c));
                }
            }
        });
        return out.append(quote).toString();
    }

    @Override
    public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
        if (base instanceof ForLoop loop && (property.equals("previtem") || property.equals("nextitem"))) {
            context.setPropertyResolved(true);
            return ForLoops.neighbour(loop, property.equals("previtem") ? -1 : 1);
        }
        return null;
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, @Nullable Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, @Nullable Object base, Object property, Object value) {}

    @Override
    public boolean isReadOnly(ELContext context, @Nullable Object base, Object property) {
        return true;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
        return null;
    }

    @Override
    public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, @Nullable Object base) {
        return null;
    }
}
