package dev.hone.judge.grading;

import dev.hone.contracts.CompressedCbor;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.rollout.EpisodeFinished;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// This service's own copy of every episode that came to an end, as it came, so that it can be judged again.
@Component
public class StoredEpisodes {

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    StoredEpisodes(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /// Keeps episodes in the caller's transaction.
    ///
    /// @return those that were not here
    List<EpisodeFinished> keep(List<EpisodeFinished> episodes) {
        int[] kept = batches.batchUpdate(
                "insert into stored_episode (episode_id, run, purpose, step, content) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                episodes.stream().map(StoredEpisodes::row).toList());
        return IntStream.range(0, kept.length)
                .filter(i -> kept[i] == 1)
                .mapToObj(episodes::get)
                .toList();
    }

    private static Object[] row(EpisodeFinished episode) {
        EpisodeKey key = episode.episode();
        return new Object[] {
            key.id(), key.run().value(), key.purpose().label(), key.step(), CompressedCbor.encode(episode)
        };
    }

    EpisodeFinished get(String episodeId) {
        return jdbc.sql("select content from stored_episode where episode_id = ?")
                .param(episodeId)
                .query((rs, n) -> CompressedCbor.decode(rs.getBytes(1), EpisodeFinished.class))
                .single();
    }

    /// Which of a run's judged episodes are meant; a statement's middle with its parameters.
    private record Chosen(String text, List<Object> parameters) {

        static Chosen of(String run, RejudgeRequest.Selection selection) {
            StringBuilder text = new StringBuilder(
                    " from stored_episode s join judged_episode j using (episode_id) where s.run = ?");
            List<Object> parameters = new ArrayList<>(List.of(run));
            add(text, parameters, " and s.purpose = ?", selection.purpose());
            add(text, parameters, " and s.step >= ?", selection.fromStep());
            add(text, parameters, " and s.step <= ?", selection.toStep());
            add(text, parameters, " and j.cause = ?", selection.cause());
            add(text, parameters, " and coalesce(j.success, false) = ?", selection.success());
            return new Chosen(text.toString(), parameters);
        }

        private static void add(StringBuilder text, List<Object> parameters, String condition, @Nullable Object value) {
            if (value != null) {
                text.append(condition);
                parameters.add(value);
            }
        }
    }

    /// How many judged episodes of the run are meant.
    public int count(String run, RejudgeRequest.Selection selection) {
        Chosen chosen = Chosen.of(run, selection);
        return jdbc.sql("select count(*)" + chosen.text())
                .params(chosen.parameters())
                .query(Integer.class)
                .single();
    }

    /// Verdicts of the run whose episodes are not here: they were judged before there was a copy.
    public int countMissing(String run) {
        return jdbc.sql("select count(*) from judged_episode j where j.run = ? and j.reward is not null"
                        + " and not exists (select 1 from stored_episode s where s.episode_id = j.episode_id)")
                .param(run)
                .query(Integer.class)
                .single();
    }

    /// Those that have no verdict in a set yet, in the order of their ids.
    ///
    /// @param set a rejudgement
    /// @param after an id; empty: from the first
    public List<EpisodeFinished> without(
            String set, String run, RejudgeRequest.Selection selection, String after, int limit) {
        Chosen chosen = Chosen.of(run, selection);
        List<Object> parameters = new ArrayList<>(chosen.parameters());
        parameters.addAll(List.of(after, set, limit));
        return jdbc.sql("select s.content" + chosen.text() + " and s.episode_id > ? and not exists (select 1 from"
                        + " rejudged_episode r where r.rejudgement = ? and r.episode_id = s.episode_id)"
                        + " order by s.episode_id limit ?")
                .params(parameters)
                .query((rs, n) -> CompressedCbor.decode(rs.getBytes(1), EpisodeFinished.class))
                .list();
    }
}
