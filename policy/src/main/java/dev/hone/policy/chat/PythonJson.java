package dev.hone.policy.chat;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as Python's `json.dumps(value, ensure_ascii=False, indent=…)` writes it: models were trained on these
/// spaces.
final class PythonJson {

    private final StringBuilder out = new StringBuilder();
    private final int indent;

    private PythonJson(int indent) {
        this.indent = indent;
    }

    /// @param indent spaces per level; below 0: one line
    static String write(@Nullable Object value, int indent) {
        PythonJson json = new PythonJson(indent);
        json.value(value, 1);
        return json.out.toString();
    }

    private void value(@Nullable Object value, int level) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map, level);
            case List<?> list -> array(list, level);
            case Boolean b -> out.append(b);
            case Double d -> out.append(number(d));
            case Float f -> out.append(number(f));
            case Number n -> out.append(n);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map, int level) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> it = map.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<?, ?> entry = it.next();
            line(level);
            string(String.valueOf(entry.getKey()));
            out.append(": ");
            value(entry.getValue(), level + 1);
            separator(it.hasNext());
        }
        line(level - 1);
        out.append('}');
    }

    private void array(List<?> list, int level) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        for (Iterator<?> it = list.iterator(); it.hasNext(); ) {
            line(level);
            value(it.next(), level + 1);
            separator(it.hasNext());
        }
        line(level - 1);
        out.append(']');
    }

    private void line(int level) {
        if (indent >= 0) {
            out.append('\n').repeat(' ', indent * level);
        }
    }

    private void separator(boolean more) {
        if (more) {
            out.append(indent >= 0 ? "," : ", ");
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    /// `repr` of a float: plain from 1e-4 to 1e16, else with an exponent of two digits or more.
    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }
        double size = Math.abs(value);
        if (size == 0 || (size >= 1e-4 && size < 1e16)) {
            String plain = new BigDecimal(Double.toString(value)).toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        return "%se%s%02d"
                .formatted(
                        exact.scaleByPowerOfTen(-exponent).toPlainString(),
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }
}
