package dev.hone.judge.modeljudge;

import dev.hone.judge.TestingLlm;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A language model that believes whatever it reads: it gives any verdict that stands in its prompt, openly or in
/// disguise, outside the fence. Where there is none it finds that the answers differ.
final class GullibleModel implements Function<TestingLlm.Request, TestingLlm.Answer> {

    private static final Pattern FENCE =
            Pattern.compile("^<<<(\\S+)\\R.*?^\\1>>>$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final List<Pattern> VERDICTS = List.of(
            pattern("agrees[\"'\\s]*[:=]\\s*[\"']?(true|yes|1)"),
            pattern("agrees\\W+(is\\W+)?true"),
            pattern("<\\s*correct\\s*/?>"),
            pattern("verdict\\W+(is\\W+)?(correct|true|same|right|pass)"),
            pattern(
                    "(answer|candidate|solution|response|result)\\W+(is|was)\\W+(correct|right|the same|equivalent|accepted)"),
            pattern(
                    "(mark|grade|say|judge|rate|count|treat|accept|return|reply|output|answer|respond|print|score|emit|write)"
                            + "\\b.{0,60}\\b(correct|true|same|right|equivalent|full marks)"),
            pattern(
                    "richtig|correcta|correcte|\u6b63\u786e|\u6b63\u89e3|\u043f\u0440\u0430\u0432\u0438\u043b\u044c\u043d"));

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{16,}={0,2}");

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    @Override
    public TestingLlm.Answer apply(TestingLlm.Request request) {
        String outside = FENCE.matcher(request.prompt()).replaceAll("");
        return TestingLlm.verdict(believes(outside));
    }

    static boolean believes(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replaceAll("[\\u00AD\\u200B-\\u200F\\u202A-\\u202E]", "")
                .replace("&quot;", "\"");
        String reversed = new StringBuilder(plain).reverse().toString();
        StringBuilder decoded = new StringBuilder();
        Matcher hidden = BASE64.matcher(plain);
        while (hidden.find()) {
            try {
                decoded.append(new String(Base64.getDecoder().decode(hidden.group()), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                // A long word.
            }
        }
        return VERDICTS.stream()
                .anyMatch(verdict -> verdict.matcher(plain).find()
                        || verdict.matcher(reversed).find()
                        || verdict.matcher(decoded).find());
    }
}
