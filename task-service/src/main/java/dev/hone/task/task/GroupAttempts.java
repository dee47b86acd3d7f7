package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// A group with every attempt at its samples, as they stand while its run's row is locked.
///
/// @param attempts in no order; who issues another adds it
record GroupAttempts(TaskGroup group, List<Episode> attempts) {

    /// @return null if it was never issued
    @Nullable
    Episode attempt(EpisodeKey key) {
        return attempts.stream()
                .filter(episode -> episode.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    List<Episode> at(int sample) {
        return attempts.stream().filter(attempt -> attempt.sample() == sample).toList();
    }

    /// Loads groups, many with one statement each for their rows and their attempts.
    @Component
    static class Loader {

        private final TaskGroups groups;
        private final Episodes episodes;

        Loader(TaskGroups groups, Episodes episodes) {
            this.groups = groups;
            this.episodes = episodes;
        }

        /// By id of the group ([EpisodeKey#groupId()]); those that were never issued are missing.
        Map<String, GroupAttempts> load(Collection<String> ids) {
            Map<String, List<Episode>> attempts = episodes.findByGroupIdIn(ids).stream()
                    .collect(Collectors.groupingBy(episode -> episode.key().groupId()));
            return groups.findByIdIn(ids).stream()
                    .map(group ->
                            new GroupAttempts(group, new ArrayList<>(attempts.getOrDefault(group.id(), List.of()))))
                    .collect(Collectors.toMap(loaded -> loaded.group().id(), Function.identity()));
        }
    }
}
