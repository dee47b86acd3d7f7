package dev.hone.judge.verifier;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the one number that an answer states, however it is written: `1,000`, `$1000.00`, `1000 dollars`, `10^3`,
/// `1e3`,
/// `\frac{2000}{2}`, `1\,000 \text{ apples}`, `x = 1000`, `1 thousand`.
///
/// A percent sign is a unit and changes nothing: `50%` is 50. Text with several numbers (`3 or 4`, `10:30`, `1,5`)
/// states none,
/// so that listing guesses does not pay.
final class NumericAnswer {

    /// Longer text is not read: an answer is short.
    static final int MAX_LENGTH = 400;
    private static final int MAX_EXPONENT = 400;

    private static final String DECIMAL =
            "(?:(?:\\d{1,3}(?:,\\d{3})++(?!,?\\d)|\\d{1,3}(?: \\d{3})++(?![ ,]?\\d)|\\d++)"
                    + "(?:\\.\\d++)?|\\.\\d++)(?:[eE][+-]?\\d{1,4}(?![\\w.]))?";

    private static final Pattern NUMBER = Pattern.compile("(?<sign>[+-] ?)?"
            + "(?:(?<whole>\\d++) (?<part>\\d++)/(?<of>\\d++)"
            + "|(?<top>" + DECIMAL + ")(?: ?/ ?(?<bottom>" + DECIMAL + "))?)"
            + "(?: ?(?<scale>hundred|thousand|million|billion|trillion)\\b)?");

    private static final Map<String, Rational> SCALES = Map.of(
            "", Rational.of(BigDecimal.ONE),
            "hundred", Rational.of(new BigDecimal("1e2")),
            "thousand", Rational.of(new BigDecimal("1e3")),
            "million", Rational.of(new BigDecimal("1e6")),
            "billion", Rational.of(new BigDecimal("1e9")),
            "trillion", Rational.of(new BigDecimal("1e12")));

    /// From notation to plain text, in order.
    private record Rewrite(Pattern pattern, String replacement) {
        Rewrite(String regex, String replacement) {
            this(Pattern.compile(regex), replacement);
        }
    }

    private static final List<Rewrite> REWRITES = List.of(
            new Rewrite("[\u2010-\u2015\u2212\uFE63\uFF0D]", "-"),
            new Rewrite("\\\\!|\\\\left(?![a-z])|\\\\right(?![a-z])", ""),
            new Rewrite("\\{,\\}", ","),
            new Rewrite("\\\\[,;: ]|\\\\q?quad|[~\\s\u00A0\u2000-\u200B\u202F\u205F]+", " "),
            new Rewrite("\\\\(?:text|math|mbox|operatorname)[a-z]*+ ?\\{([^{}]*+)\\}", " $1 "),
            new Rewrite("\\\\(?:text|math|mbox|operatorname)[a-z]*+", " "),
            new Rewrite("\\^ ?\\{? ?\\\\circ ?\\}?|\\\\circ|\u00B0", ""),
            new Rewrite("\\\\[dtc]frac", "\\\\frac"),
            new Rewrite("\\\\frac ?(\\d) ?(\\d)", "\\\\frac{$1}{$2}"),
            new Rewrite("(?<=\\d) ?\\\\frac ?\\{([^{}]*+)\\} ?\\{([^{}]*+)\\}", " $1/$2 "),
            new Rewrite("\\\\frac ?\\{([^{}]*+)\\} ?\\{([^{}]*+)\\}", "$1/$2 "),
            new Rewrite("\\\\times|\\\\cdot|\u00D7|\u00B7", "*"),
            new Rewrite("\\\\?[$\u20AC\u00A3\u00A5\u20B9%]", ""),
            new Rewrite("(?<=[\\d.]) ?[*x] ?10 ?\\^ ?\\{? ?([+-]?\\d{1,4})\\b ?\\}?", "e$1 "),
            new Rewrite("(?<![\\w.])10 ?\\^ ?\\{? ?([+-]?\\d{1,4})\\b ?\\}?", "1e$1 "),
            new Rewrite("(?<=[A-Za-z)]) ?\\^ ?\\{? ?-?\\d\\b ?\\}?", " "),
            new Rewrite("[{}]", ""),
            new Rewrite(" {2,}", " "));

    private NumericAnswer() {}

    /// The number, or nothing where the text states none or more than one.
    static Optional<Rational> read(String answer) {
        if (answer.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String text = plain(answer);
        List<Rational> found = new ArrayList<>();
        List<Rational> glued = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            Optional<Rational> value = value(matcher, text);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            (followsWord(text, matcher.start()) ? glued : found).add(value.get());
        }
        List<Rational> candidates = found.isEmpty() ? glued : found;
        return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
    }

    private static String plain(String answer) {
        String text = answer;
        for (Rewrite rewrite : REWRITES) {
            text = rewrite.pattern().matcher(text).replaceAll(rewrite.replacement());
        }
        text = text.strip();
        String last = text.substring(text.lastIndexOf('=') + 1);
        return last.chars().anyMatch(Character::isDigit) ? last.strip() : text;
    }

    private static Optional<Rational> value(Matcher matcher, String text) {
        try {
            Rational value;
            if (matcher.group("whole") != null) {
                value = decimal(matcher.group("whole"))
                        .plus(decimal(matcher.group("part")).dividedBy(decimal(matcher.group("of"))));
            } else {
                value = decimal(matcher.group("top"));
                if (matcher.group("bottom") != null) {
                    value = value.dividedBy(decimal(matcher.group("bottom")));
                }
            }
            String scale =
                    matcher.group("scale") == null ? "" : matcher.group("scale").toLowerCase(Locale.ROOT);
            value = value.times(SCALES.getOrDefault(scale, Rational.of(BigDecimal.ONE)));
            return Optional.of(isMinus(matcher, text) ? value.negated() : value);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Rational decimal(String digits) {
        BigDecimal value = new BigDecimal(digits.replaceAll("[ ,]", ""));
        if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
            throw new ArithmeticException("The exponent is out of range.");
        }
        return Rational.of(value);
    }

    /// A minus belongs to the number unless it joins it to a word or another number.
    private static boolean isMinus(Matcher matcher, String text) {
        String sign = matcher.group("sign");
        if (sign == null || sign.charAt(0) != '-') {
            return false;
        }
        String before = text.substring(0, matcher.start()).stripTrailing();
        return before.isEmpty() || !Character.isLetterOrDigit(before.charAt(before.length() - 1));
    }

    /// Whether the digits belong to a word, like those of `cm2`; those of `5x10` do not.
    private static boolean followsWord(String text, int start) {
        int at = start;
        while (at > 0 && Character.isLetter(text.charAt(at - 1))) {
            at--;
        }
        return at < start && (at == 0 || !Character.isDigit(text.charAt(at - 1)));
    }
}
