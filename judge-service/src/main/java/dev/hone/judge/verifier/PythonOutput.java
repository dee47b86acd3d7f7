package dev.hone.judge.verifier;

import java.util.regex.Pattern;

/// Whether Python source has a statement that writes to standard output. Strings and comments are no statements.
final class PythonOutput {

    private static final Pattern STRINGS_AND_COMMENTS = Pattern.compile(
            "\"\"\".*?(?:\"\"\"|\\z)|'''.*?(?:'''|\\z)|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\"?"
                    + "|'[^'\\\\\\n]*+(?:\\\\.[^'\\\\\\n]*+)*+'?|#[^\\n]*",
            Pattern.DOTALL);

    private static final Pattern OUTPUT =
            Pattern.compile("\\b(?:print|pprint|display)\\s*\\(|\\bstdout\\b|\\bos\\s*\\.\\s*write\\s*\\(");

    private PythonOutput() {}

    static boolean isIn(String code) {
        return OUTPUT.matcher(STRINGS_AND_COMMENTS.matcher(code).replaceAll("''"))
                .find();
    }
}
