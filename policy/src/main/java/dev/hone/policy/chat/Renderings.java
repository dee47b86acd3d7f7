package dev.hone.policy.chat;

import dev.hone.contracts.rollout.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Renderings of a template that were asked for last. The samples of a group open with the same messages, and a turn
/// asks again for what the turn before it was rendered from. Thread-safe.
final class Renderings {

    private static final int MOST = 512;

    /// Longer texts are not kept.
    private static final int LONGEST = 16_384;

    private record Key(List<Message> messages, List<Map<String, Object>> tools, boolean openNext) {}

    private final Map<Key, String> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, String> eldest) {
            return size() > MOST;
        }
    };

    /// The rendering, made if it is not here.
    String of(List<Message> messages, List<Map<String, Object>> tools, boolean openNext, Supplier<String> rendering) {
        Key key = new Key(List.copyOf(messages), tools, openNext);
        synchronized (kept) {
            String known = kept.get(key);
            if (known != null) {
                return known;
            }
        }
        String made = rendering.get();
        if (made.length() <= LONGEST) {
            synchronized (kept) {
                kept.put(key, made);
            }
        }
        return made;
    }
}
