alter table ledger add column oldest_token_version int;
alter table ledger add column newest_token_version int;
alter table ledger add column max_staleness int;
comment on column ledger.oldest_token_version is
    'oldest version that sampled a token of the update; null where there was none, and in rows from before';
alter table ledger add constraint trained_tokens_within_staleness check (
    oldest_token_version >= version_before - max_staleness and newest_token_version <= version_before
);
