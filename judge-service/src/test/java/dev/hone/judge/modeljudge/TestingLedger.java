package dev.hone.judge.modeljudge;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A ledger in memory.
final class TestingLedger implements LlmLedger {

    final Map<String, LlmVerdict> verdicts = new ConcurrentHashMap<>();
    final Map<String, Integer> calls = new ConcurrentHashMap<>();

    @Override
    public Optional<LlmVerdict> find(String key) {
        return Optional.ofNullable(verdicts.get(key));
    }

    @Override
    public void keep(String key, String model, LlmVerdict verdict) {
        verdicts.putIfAbsent(key, verdict);
    }

    @Override
    public boolean take(String run, int most) {
        int before = calls.getOrDefault(run, 0);
        if (most != 0 && before >= most) {
            return false;
        }
        calls.put(run, before + 1);
        return true;
    }

    @Override
    public void giveBack(String run) {
        calls.merge(run, -1, Integer::sum);
    }
}
