package dev.hone.learner.ledger;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/// The ledger's table of tokens.
interface TokensRows extends Repository<TokensRow, SampleId> {

    List<TokensRow> saveAllAndFlush(Iterable<TokensRow> rows);

    Optional<TokensRow> findById(SampleId id);
}
