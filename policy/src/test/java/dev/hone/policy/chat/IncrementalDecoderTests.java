package dev.hone.policy.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On tokenizers whose tokens end within characters: `src/test/python/make_tokenizers.py`.
class IncrementalDecoderTests {

    private static final Path RESOURCES = Path.of("src/test/resources/dev/hone/policy/chat");

    /// CJK, emoji, a family joined by zero-width joiners, a letter with a combining accent, flags, ASCII.
    private static final List<String> TEXTS = List.of(
            "the cat.",
            "中文你好 世界😀😀é",
            "👨‍👩‍👧 the e\u0301 🇨🇭 ñ",
            "日本語のテキスト、そして한국어",
            "a😀b中c𝔘d\n\té!",
            "😀".repeat(20) + "中".repeat(20),
            "\u0301\u0301 नमस्ते");

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "bytelevel", "fallback"})
    void tellsWholeCharactersOnly(String model) {
        try (ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve(model))) {
            for (String text : TEXTS) {
                int[] ids = tokenizer.encode(text);
                List<String> pieces = tell(tokenizer, ids);
                assertThat(String.join("", pieces)).isEqualTo(text).isEqualTo(tokenizer.decode(ids));
                assertThat(pieces).allSatisfy(piece -> {
                    assertThat(piece).doesNotContain("\uFFFD");
                    byte[] utf8 = piece.getBytes(StandardCharsets.UTF_8);
                    assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(piece);
                });
                assertThat(pieces.getLast()).as("left for the end").isEmpty();
            }
        }
    }

    /// A token that completes a character and begins the next one does not hold the first one back.
    @ParameterizedTest
    @ValueSource(strings = {"bytelevel"})
    void tellsACharacterAsSoonAsItIsThere(String model) {
        try (ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve(model))) {
            String text = "中文你好 世界😀😀é";
            int[] ids = tokenizer.encode(text);
            assertThat(ids.length).isLessThan(text.getBytes(StandardCharsets.UTF_8).length);
            IncrementalDecoder decoder = tokenizer.incrementalDecoder();
            StringBuilder told = new StringBuilder();
            for (int i = 0; i < ids.length; i++) {
                told.append(decoder.next(ids[i]));
                String whole = tokenizer.decode(ids, 0, i + 1);
                assertThat(told.toString()).isEqualTo(whole.replaceAll("\uFFFD+$", ""));
            }
        }
    }

    /// Bytes in any order: nothing gets lost, and nothing breaks.
    @ParameterizedTest
    @ValueSource(strings = {"tiny", "bytelevel", "fallback"})
    void goesOnAfterBrokenBytes(String model) {
        try (ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve(model))) {
            Random random = new Random(7);
            int[] tail = tokenizer.encode("the end 中 😀.");
            for (int round = 0; round < 50; round++) {
                int[] ids = IntStream.concat(random.ints(20, 3, 250), IntStream.of(tail))
                        .toArray();
                assertThat(String.join("", tell(tokenizer, ids))).endsWith("end 中 😀.");
            }
        }
    }

    /// A decoder that reads a run of bytes as a whole takes back what was told of it; what follows the run is whole.
    @ParameterizedTest
    @ValueSource(strings = {"tiny", "bytelevel", "fallback"})
    void brokenBytesSpoilNoCharacterBehindThem(String model) {
        try (ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve(model))) {
            Random random = new Random(11);
            int[] tail = tokenizer.encode(" 👨‍👩‍👧 中 😀 the");
            for (int round = 0; round < 300; round++) {
                int[] ids = IntStream.concat(random.ints(1 + random.nextInt(6), 3, 250), IntStream.of(tail))
                        .toArray();
                List<String> pieces = tell(tokenizer, ids);
                assertThat(String.join("", pieces)).endsWith("👨‍👩‍👧 中 😀 the");
                assertThat(pieces)
                        .allSatisfy(piece -> assertThat(piece.codePoints())
                                .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
            }
        }
    }

    /// What each token tells, and what is left.
    private static List<String> tell(ChatTokenizer tokenizer, int[] ids) {
        IncrementalDecoder decoder = tokenizer.incrementalDecoder();
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(decoder.next(id));
        }
        pieces.add(decoder.rest());
        return pieces;
    }
}
