package dev.hone.judge.rejudgement;

import dev.hone.judge.grading.StoredEpisodes;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Compares a set with the first verdicts.
@Component
class RejudgeReports {

    private static final String PAIRS =
            " from rejudged_episode n join judged_episode o using (episode_id)" + " where n.rejudgement = ?";

    private static final String FLIPPED = " and coalesce(n.success, false) <> coalesce(o.success, false)";

    private static final String SUMS = """
            select count(*) as compared,
                count(*) filter (where coalesce(o.success, false) and not coalesce(n.success, false)) as right_to_wrong,
                count(*) filter (where coalesce(n.success, false) and not coalesce(o.success, false)) as wrong_to_right,
                count(*) filter (where o.reward is distinct from n.reward) as reward_changed,
                avg(o.reward) filter (where n.reward is not null) as mean_before,
                avg(n.reward) filter (where o.reward is not null) as mean_after,
                count(*) filter (where o.success) as solved_before,
                count(*) filter (where n.success) as solved_after,
                count(*) filter (where o.reward is null) as none_before,
                count(*) filter (where n.reward is null) as none_after""";

    private final JdbcClient jdbc;
    private final StoredEpisodes stored;

    RejudgeReports(JdbcClient jdbc, StoredEpisodes stored) {
        this.jdbc = jdbc;
        this.stored = stored;
    }

    /// @param after id of the last flipped episode of the page before; empty: the first page
    /// @param limit flipped episodes on a page
    RejudgeReport report(Rejudgement set, String after, int limit) {
        List<RejudgeReport.Flip> flips = flips(set.id(), after, limit + 1);
        boolean more = flips.size() > limit;
        List<RejudgeReport.Flip> page = more ? flips.subList(0, limit) : flips;
        return jdbc.sql(SUMS + PAIRS)
                .param(set.id())
                .query((rs, n) -> new RejudgeReport(
                        set,
                        rs.getInt("compared"),
                        stored.countMissing(set.run()),
                        rs.getInt("right_to_wrong"),
                        rs.getInt("wrong_to_right"),
                        rs.getInt("reward_changed"),
                        rs.getObject("mean_before", Double.class),
                        rs.getObject("mean_after", Double.class),
                        rs.getInt("solved_before"),
                        rs.getInt("solved_after"),
                        rs.getInt("none_before"),
                        rs.getInt("none_after"),
                        causes(set.id()),
                        page,
                        more ? page.getLast().episode() : null))
                .single();
    }

    private List<RejudgeReport.CauseChange> causes(String set) {
        return jdbc.sql("select o.cause as before, n.cause as after, count(*) as episodes" + PAIRS
                        + " and o.cause <> n.cause group by o.cause, n.cause order by count(*) desc, o.cause, n.cause")
                .param(set)
                .query((rs, n) -> new RejudgeReport.CauseChange(
                        rs.getString("before"), rs.getString("after"), rs.getInt("episodes")))
                .list();
    }

    private List<RejudgeReport.Flip> flips(String set, String after, int limit) {
        return jdbc.sql("select episode_id, o.cause as before, n.cause as after, o.reward as reward_before,"
                        + " n.reward as reward_after" + PAIRS + FLIPPED
                        + " and episode_id > ? order by episode_id limit ?")
                .params(set, after, limit)
                .query((rs, n) -> new RejudgeReport.Flip(
                        rs.getString("episode_id"),
                        rs.getString("before"),
                        rs.getString("after"),
                        rs.getObject("reward_before", Double.class),
                        rs.getObject("reward_after", Double.class)))
                .list();
    }
}
