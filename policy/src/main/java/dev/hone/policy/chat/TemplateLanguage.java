package dev.hone.policy.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.Namespace;
import com.hubspot.jinjava.tree.Node;
import java.lang.reflect.Method;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jinjava.javax.el.CompositeELResolver;
import org.jspecify.annotations.Nullable;

/// Jinja with the settings and extras that Transformers gives chat templates: blocks trimmed, `tojson` as
/// Python's `json.dumps` with the keys' order kept, `raise_exception`, `strftime_now`, `namespace`, `break`
/// and `continue`. A template comes with a model and is not trusted: no file, no class and no network is in
/// its reach, its output is bounded, and what people wrote is never read as a template.
final class TemplateLanguage {

    private static final int MAX_OUTPUT_BYTES = 64 << 20;
    private static final int MAX_MACRO_DEPTH = 50;

    private static final Pattern TAG = Pattern.compile("\\{%.*?%\\}|\\{\\{.*?\\}\\}", Pattern.DOTALL);
    private static final String TERM = "[\\w.]+(?:\\[[^\\[\\]]*\\])*(?:\\s*\\|\\s*\\w+)*";
    private static final String TEXT = "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";
    private static final Pattern NEGATED = Pattern.compile(
            "(" + TEXT + ")|\\bnot\\s+(" + TERM + "\\s+is\\s+(?:not\\s+)?\\w+|" + TERM
                    + "\\s*(?:==|!=|<=?|>=?|\\bin\\b)\\s*(?:" + TEXT + "|" + TERM + "))",
            Pattern.DOTALL);
    private static final Pattern GENERATION = Pattern.compile("(\\{%[-+]?\\s*)(end)?generation(\\s*[-+]?%\\})");
    private static final Pattern UNKNOWN = Pattern.compile("\\bloop\\.(?:changed|cycle)\\b");
    private static final Pattern NAMESPACE = Pattern.compile("\\bnamespace\\([^()]*\\)");
    private static final Pattern FIELD = Pattern.compile("(\\w+)\\s*=\\s*([^,()=]+)");

    private static final JinjavaConfig CONFIG = JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withNestedInterpretationEnabled(false)
            .withLegacyOverrides(LegacyOverrides.newBuilder()
                    .withEvaluateMapKeys(true)
                    .withIterateOverMapKeys(true)
                    .withUsePyishObjectMapper(true)
                    .withUseSnakeCasePropertyNaming(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withAllowAdjacentTextNodes(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .withKeepNullableLoopValues(true)
                    .build())
            .withEnableRecursiveMacroCalls(true)
            .withMaxMacroRecursionDepth(MAX_MACRO_DEPTH)
            .withMaxOutputSize(MAX_OUTPUT_BYTES)
            .withDisabled(Map.of(Context.Library.TAG, Set.of("include", "import", "from", "extends")))
            .withElResolver(new CompositeELResolver() {
                {
                    add(new PythonStrings());
                    add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
                }
            })
            .build();
    private static final Jinjava JINJAVA = new Jinjava(CONFIG);

    static {
        JINJAVA.getGlobalContext().registerTag(new ForLoops());
        JINJAVA.getGlobalContext().registerFilter(new ToJson());
        JINJAVA.getGlobalContext().registerFilter(new Items());
        JINJAVA.getGlobalContext().registerFilter(new Text());
        JINJAVA.getGlobalContext().registerFilter(new Trim());
        JINJAVA.getGlobalContext().registerExpTest(new IsIterable());
        // A function is no variable to Jinjava; templates ask whether this one is defined.
        JINJAVA.getGlobalContext().put("strftime_now", "strftime_now");
        JINJAVA.getGlobalContext().registerFunction(function("raise_exception", "raiseException", String.class));
        JINJAVA.getGlobalContext().registerFunction(function("namespace", "namespace", Object[].class));
        JINJAVA.getGlobalContext().registerFunction(function("strftime_now", "strftimeNow", String.class));
    }

    private TemplateLanguage() {}

    /// A template that was read; may be rendered by many threads.
    ///
    /// @throws ChatTemplateException if it is no Jinja template
    static Node parse(String template) {
        return inInterpreter(Map.of(), interpreter -> interpreter.parse(adapt(template)));
    }

    /// What the template makes of the values.
    ///
    /// @throws ChatTemplateException if the template is faulty, uses what is not known here, or refuses the values
    static String render(Node template, Map<String, Object> values) {
        return inInterpreter(values, interpreter -> interpreter.render(template));
    }

    private static <T> T inInterpreter(Map<String, Object> values, Function<JinjavaInterpreter, T> work) {
        Context context = new StrictContext(JINJAVA.getGlobalContext(), values);
        JinjavaInterpreter interpreter = new PlainInterpreter(context);
        try (var ignored = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
            T result = work.apply(interpreter);
            fail(interpreter.getErrorsCopy());
            return result;
        } catch (InterpretException e) {
            throw new ChatTemplateException("The chat template failed: " + e.getMessage()
                    + ". Check chat_template.jinja in the model's directory.");
        }
    }

    /// Forms that Jinjava reads otherwise than Jinja2, in ones that it reads alike: a list reversed by a slice; a
    /// field of a namespace that is no single term (it takes `namespace(n=a - 1)` for `namespace((n=a) - 1)`); a
    /// negated test or comparison (it takes `not a is defined` for `(not a) is defined`); the marks around an
    /// assistant's words. What has no such form is refused.
    private static String adapt(String template) {
        String marked = GENERATION
                .matcher(template)
                .replaceAll(tag -> tag.group(1) + (tag.group(2) == null ? "if true" : "endif") + tag.group(3));
        return TAG.matcher(marked).replaceAll(tag -> {
            Matcher unknown = UNKNOWN.matcher(tag.group());
            if (unknown.find()) {
                throw new ChatTemplateException("The chat template uses " + unknown.group()
                        + ", which is not supported;" + " change chat_template.jinja in the model's directory.");
            }
            String adapted = NAMESPACE
                    .matcher(tag.group().replace("[::-1]", "|reverse"))
                    .replaceAll(call ->
                            Matcher.quoteReplacement(FIELD.matcher(call.group()).replaceAll("$1=($2)")));
            return Matcher.quoteReplacement(NEGATED.matcher(adapted)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            found.group(1) != null ? found.group(1) : "not (" + found.group(2) + ")")));
        });
    }

    private static void fail(List<TemplateError> errors) {
        for (TemplateError error : errors) {
            for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
                if (cause instanceof ChatTemplateException refusal) {
                    throw refusal;
                }
            }
            if (error.getSeverity() == TemplateError.ErrorType.FATAL
                    || error.getReason() != TemplateError.ErrorReason.UNKNOWN) {
                throw new ChatTemplateException("The chat template failed in line " + error.getLineno() + ": "
                        + error.getMessage() + ". Check chat_template.jinja in the model's directory.");
            }
        }
    }

    private static ELFunctionDefinition function(String name, String method, Class<?>... types) {
        try {
            Method found = TemplateLanguage.class.getDeclaredMethod(method, types);
            found.setAccessible(true);
            return new ELFunctionDefinition("", name, found);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unused") // called by templates
    static String raiseException(String message) {
        throw new ChatTemplateException("The chat template refuses the conversation: " + message);
    }

    @SuppressWarnings("unused") // called by templates
    static Namespace namespace(Object... fields) {
        Map<String, Object> values = new HashMap<>();
        for (Object field : fields) {
            if (field instanceof NamedParameter named) {
                values.put(named.getName(), named.getValue());
            }
        }
        return new Namespace(values);
    }

    /// The current local time in a C format, of which templates use the parts of a date.
    @SuppressWarnings({"unused", "JavaTimeDefaultTimeZone"}) // called by templates; Transformers takes local time
    static String strftimeNow(String format) {
        LocalDateTime now = LocalDateTime.now();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            if (format.charAt(i) != '%' || i + 1 == format.length()) {
                out.append(format.charAt(i));
                continue;
            }
            String pattern = switch (format.charAt(++i)) {
                case 'Y' -> "yyyy";
                case 'y' -> "yy";
                case 'm' -> "MM";
                case 'd' -> "dd";
                case 'b' -> "MMM";
                case 'B' -> "MMMM";
                case 'a' -> "EEE";
                case 'A' -> "EEEE";
                case 'H' -> "HH";
                case 'M' -> "mm";
                case 'S' -> "ss";
                default -> "'%" + format.charAt(i) + "'";
            };
            out.append(now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)));
        }
        return out.toString();
    }

    /// Jinjava reads an unknown filter or test as nothing; here it is an error.
    private static final class StrictContext extends Context {
        StrictContext(Context global, Map<String, Object> values) {
            super(global, values, CONFIG.getDisabled());
        }

        @Override
        public Filter getFilter(String name) {
            return known("filter", name, super.getFilter(name));
        }

        @Override
        public ExpTest getExpTest(String name) {
            return known("test", name, super.getExpTest(name));
        }

        private static <T> T known(String kind, String name, @Nullable T found) {
            if (found == null) {
                throw new ChatTemplateException("The chat template uses a " + kind + " that is not known here, '" + name
                        + "'; change chat_template.jinja in the model's directory.");
            }
            return found;
        }
    }

    /// Writes values as Python does. Jinjava writes a text as it would stand in a list and takes the quotes off again,
    /// which alters control characters, and sets blanks of its own in lists.
    private static final class PlainInterpreter extends JinjavaInterpreter {
        PlainInterpreter(Context context) {
            super(JINJAVA, context, CONFIG);
        }

        @Override
        public String getAsString(@Nullable Object object) {
            return switch (object) {
                case String text -> text;
                case Collection<?> list -> PythonStrings.repr(list);
                case Map<?, ?> map -> PythonStrings.repr(map);
                case Boolean flag -> PythonStrings.repr(flag);
                case Number number -> PythonStrings.repr(number);
                case null, default -> super.getAsString(object);
            };
        }
    }

    /// `value is iterable`: a text is, as in Python.
    private static final class IsIterable implements ExpTest {
        @Override
        public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... args) {
            return value instanceof String || value instanceof Iterable<?> || value instanceof Map<?, ?>;
        }

        @Override
        public String getName() {
            return "iterable";
        }
    }

    /// `text | trim`: of what is no text, its text as Python writes it.
    private static final class Trim implements AdvancedFilter {
        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] args, Map<String, Object> named) {
            return PythonStrings.strip(value == null ? "" : interpreter.getAsString(value), args, true, true);
        }

        @Override
        public String getName() {
            return "trim";
        }
    }

    /// `value | string`; of None, which Jinjava does not tell from what is missing, as Python writes it.
    private static final class Text implements AdvancedFilter {
        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] args, Map<String, Object> named) {
            return value == null ? PythonStrings.repr(null) : interpreter.getAsString(value);
        }

        @Override
        public String getName() {
            return "string";
        }
    }

    /// `map | items`.
    private static final class Items implements AdvancedFilter {
        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] args, Map<String, Object> named) {
            return value instanceof Map<?, ?> map ? map.entrySet() : List.of();
        }

        @Override
        public String getName() {
            return "items";
        }
    }

    /// `value | tojson`, `value | tojson(indent=4)`.
    private static final class ToJson implements AdvancedFilter {
        @Override
        public Object filter(
                @Nullable Object value, JinjavaInterpreter interpreter, Object[] args, Map<String, Object> named) {
            Object indent = args.length > 0 ? args[0] : named.get("indent");
            return PythonJson.write(value, indent instanceof Number n ? n.intValue() : -1);
        }

        @Override
        public String getName() {
            return "tojson";
        }
    }
}
