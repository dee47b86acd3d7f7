create table ledger_tokens (
    run         text  not null,
    purpose     text  not null,
    step        int   not null,
    group_index int   not null,
    sample      int   not null,
    tokens      bytea not null,
    primary key (run, purpose, step, group_index, sample),
    foreign key (run, purpose, step, group_index, sample)
        references ledger_member (run, purpose, step, group_index, sample)
);
comment on column ledger_tokens.tokens is
    'TrainedTokens, encoded: old and new log-probability and advantage of each token inside the loss';
