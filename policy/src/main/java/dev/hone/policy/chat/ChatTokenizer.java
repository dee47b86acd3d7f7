package dev.hone.policy.chat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Text to token ids and back, as the model's `tokenizer.json` says. Thread-safe; holds native memory until
/// closed.
///
/// No token is added on its own: a text's ids are those of the text. Special tokens (`<|im_end|>`) are
/// recognised where they stand in a text, because a rendered template holds them. What people and tools wrote
/// must not do so: [#protect(String)] such text before it goes into a template, or use
/// [#encodeLiterally(String)].
public final class ChatTokenizer implements AutoCloseable {

    static {
        // The native library comes from the jar; nothing is fetched and nothing is reported.
        System.setProperty("ai.djl.offline", "true");
    }

    /// Splits a text for [#encode(String)]; a Unicode noncharacter, so that no text to interchange has it.
    private static final char GUARD = '\uFDD0';

    private final HuggingFaceTokenizer tokenizer;
    private final List<String> specials;
    private final Set<Integer> specialIds;
    private final List<Integer> eosIds;

    private ChatTokenizer(
            HuggingFaceTokenizer tokenizer, List<String> specials, Set<Integer> specialIds, List<Integer> eosIds) {
        this.tokenizer = tokenizer;
        this.specials = specials;
        this.specialIds = specialIds;
        this.eosIds = eosIds;
    }

    /// Reads `tokenizer.json`, and from `generation_config.json`, `config.json` and `tokenizer_config.json`
    /// what ends an answer.
    ///
    /// @throws IllegalArgumentException if `tokenizer.json` is missing or unusable, or nothing says what ends
    ///     an answer
    public static ChatTokenizer load(Path modelDirectory) {
        Path file = modelDirectory.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("There is no " + file
                    + "; the model's directory needs a tokenizer.json as Hugging Face's tokenizers write it.");
        }
        List<String> specials = new ArrayList<>();
        Set<Integer> specialIds = new LinkedHashSet<>();
        for (JsonNode token : ModelFile.json(file).path("added_tokens")) {
            if (token.path("special").asBoolean(false)) {
                specials.add(token.path("content").asString());
                specialIds.add(token.path("id").asInt());
            }
        }
        specials.sort(Comparator.comparingInt(String::length).reversed());
        HuggingFaceTokenizer tokenizer = open(file);
        List<Integer> eosIds = eosIds(modelDirectory, tokenizer);
        if (eosIds.isEmpty()) {
            tokenizer.close();
            throw new IllegalArgumentException("Nothing in " + modelDirectory + " says which token ends an answer;"
                    + " set eos_token_id in generation_config.json.");
        }
        return new ChatTokenizer(tokenizer, List.copyOf(specials), Set.copyOf(specialIds), eosIds);
    }

    private static HuggingFaceTokenizer open(Path file) {
        Map<String, String> options =
                Map.of("addSpecialTokens", "false", "truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD");
        try (ByteArrayInputStream in =
                new ByteArrayInputStream(ModelFile.text(file).getBytes(StandardCharsets.UTF_8))) {
            return HuggingFaceTokenizer.newInstance(in, options);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    file + " is no usable tokenizer (" + e.getMessage() + "); fetch the model again.", e);
        }
    }

    private static List<Integer> eosIds(Path directory, HuggingFaceTokenizer tokenizer) {
        Set<Integer> ids = new LinkedHashSet<>();
        for (String name : List.of("generation_config.json", "config.json")) {
            JsonNode value = ModelFile.json(directory.resolve(name)).path("eos_token_id");
            if (value.isArray()) {
                value.forEach(id -> ids.add(id.asInt()));
            } else if (value.isInt()) {
                ids.add(value.asInt());
            }
        }
        String text = ModelFile.token(ModelFile.json(directory.resolve("tokenizer_config.json")), "eos_token");
        if (!text.isEmpty()) {
            long[] encoded = tokenizer.encode(text, false, false).getIds();
            if (encoded.length == 1) {
                ids.add((int) encoded[0]);
            }
        }
        return List.copyOf(ids);
    }

    /// Token ids and where each begins.
    ///
    /// @param ids `int[T]`
    /// @param starts `int[T]`: index of the char in the text that the token begins with
    record Offsets(int[] ids, int[] starts) {}

    /// The ids of a text, special tokens recognised, nothing added.
    public int[] encode(String text) {
        return offsets(text).ids();
    }

    /// The ids of a text in which nothing is special: `<|im_end|>` becomes the tokens of its letters.
    public int[] encodeLiterally(String text) {
        return encode(protect(text));
    }

    /// The text so marked that [#encode(String)] takes none of it for a special token. The mark (U+FDD0) is
    /// put inside every special token's text and is no part of the ids; a text without one stays as it is.
    /// U+FDD0 itself becomes U+FFFD.
    public String protect(String text) {
        String out = text.indexOf(GUARD) < 0 ? text : text.replace(GUARD, '\uFFFD');
        for (String special : specials) {
            if (special.length() > 1 && out.contains(special)) {
                int split = special.offsetByCodePoints(0, 1);
                out = out.replace(special, special.substring(0, split) + GUARD + special.substring(split));
            }
        }
        return out;
    }

    Offsets offsets(String text) {
        int[] ids = new int[0];
        int[] starts = new int[0];
        int from = 0;
        while (from <= text.length()) {
            int guard = text.indexOf(GUARD, from);
            String piece = text.substring(from, guard < 0 ? text.length() : guard);
            if (!piece.isEmpty()) {
                Encoding encoding = tokenizer.encode(piece, false, false);
                long[] added = encoding.getIds();
                CharSpan[] spans = encoding.getCharTokenSpans();
                int old = ids.length;
                ids = Arrays.copyOf(ids, old + added.length);
                starts = Arrays.copyOf(starts, ids.length);
                boolean wide = piece.codePointCount(0, piece.length()) != piece.length();
                for (int i = 0; i < added.length; i++) {
                    ids[old + i] = (int) added[i];
                    int start = spans[i] == null ? 0 : spans[i].getStart();
                    starts[old + i] = from + (wide ? piece.offsetByCodePoints(0, start) : start);
                }
            }
            if (guard < 0) {
                break;
            }
            from = guard + 1;
        }
        return new Offsets(ids, starts);
    }

    /// The text of ids, special tokens included. Bytes that are no UTF-8 read as U+FFFD.
    public String decode(int[] ids) {
        return decode(ids, 0, ids.length);
    }

    /// The text of ids `[from, to)`, special tokens included.
    public String decode(int[] ids, int from, int to) {
        long[] wide = new long[to - from];
        for (int i = from; i < to; i++) {
            wide[i - from] = ids[i];
        }
        return wide.length == 0 ? "" : tokenizer.decode(wide, false);
    }

    /// The text of ids without special tokens: what the model said.
    public String decodeWithoutSpecials(int[] ids) {
        return decode(Arrays.stream(ids).filter(id -> !specialIds.contains(id)).toArray());
    }

    /// A decoder to feed one token at a time.
    public IncrementalDecoder incrementalDecoder() {
        return new IncrementalDecoder(this);
    }

    /// Each token's share of the text, for views: together they are [#decode(int[])]. A character made of
    /// several tokens stands at the last of them.
    public List<String> tokenTexts(int[] ids) {
        IncrementalDecoder decoder = incrementalDecoder();
        List<String> texts = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            String text = decoder.next(ids[i]);
            texts.add(i == ids.length - 1 ? text + decoder.rest() : text);
        }
        return texts;
    }

    /// Token ids that end an answer, the usual one first.
    public List<Integer> eosIds() {
        return eosIds;
    }

    /// Ids of special tokens.
    public Set<Integer> specialIds() {
        return specialIds;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
