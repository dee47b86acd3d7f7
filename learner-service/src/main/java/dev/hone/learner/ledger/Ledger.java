package dev.hone.learner.ledger;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.learner.batch.TokenVersions;
import dev.hone.learner.batch.TrainedEpisode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/// The phases that are done and what they were made of. A sample is in it at most once, whatever its attempt:
/// the second insert fails and takes its transaction with it. What writes does it in the caller's
/// transaction.
@Component
public class Ledger {
    private final PhaseRows phases;
    private final MemberRows members;
    private final TokensRows tokens;
    private final VersionRows versions;

    Ledger(PhaseRows phases, MemberRows members, TokensRows tokens, VersionRows versions) {
        this.phases = phases;
        this.members = members;
        this.tokens = tokens;
        this.versions = versions;
    }

    /// Writes a phase with its members.
    ///
    /// @param conditions under which its update was computed
    /// @param versions what sampled the tokens of its update; the table refuses what is beyond the bound
    /// @throws org.springframework.dao.DataIntegrityViolationException if the phase or one of the samples is
    ///     there already
    public void add(
            StepCompleted completed,
            int versionBefore,
            String checksumAfter,
            long optimizerSteps,
            ReplayConditions conditions,
            Optional<TokenVersions> versions,
            List<LedgerMember> trained) {
        phases.saveAndFlush(
                new PhaseRow(completed, versionBefore, checksumAfter, optimizerSteps, conditions, versions));
        members.saveAllAndFlush(IntStream.range(0, trained.size())
                .mapToObj(position -> new MemberRow(trained.get(position).episode(), position))
                .toList());
        tokens.saveAllAndFlush(trained.stream().map(TokensRow::new).toList());
    }

    /// A version of the weights that generates from now on; the same version again with another checksum is a
    /// new incarnation.
    ///
    /// @return false if these very weights stand there already
    public boolean addVersion(RunId run, int version, String checksum, Instant at) {
        return versions.add(run.value(), version, checksum, at) == 1;
    }

    /// The run's weights after a version, in order, at most so many.
    public List<LedgerVersion> versionsAfter(RunId run, int version, int limit) {
        return versions.after(run.value(), version, Limit.of(limit)).stream()
                .map(VersionRow::version)
                .toList();
    }

    /// The run's rows of a purpose after a step, in order.
    public List<LedgerRow> rowsAfter(RunId run, Purpose purpose, int step) {
        return phases.after(run.value(), purpose.label(), step).stream()
                .map(PhaseRow::row)
                .toList();
    }

    /// Episodes that a training step was made of, in order.
    public List<TrainedEpisode> members(RunId run, int step) {
        return members.members(run.value(), Purpose.TRAIN.label(), step).stream()
                .map(row -> row.member(run))
                .toList();
    }

    /// What a training step knew of a sample's tokens; empty if it was not trained on.
    public Optional<TrainedTokens> tokens(RunId run, int step, int group, int sample) {
        return tokens.findById(new SampleId(run.value(), Purpose.TRAIN.label(), step, group, sample))
                .map(TokensRow::tokens);
    }

    /// Whether the run's last phase is done.
    public boolean finished(RunId run) {
        return phases.existsByIdRunAndLastIsTrue(run.value());
    }
}
