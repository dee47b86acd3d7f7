alter table ledger add column threads int;
alter table ledger add column max_tokens_per_micro_batch int;
comment on column ledger.threads is 'threads inside one operator of the update; null in rows from before it was recorded';
comment on column ledger.max_tokens_per_micro_batch is 'token budget of the update''s micro-batches; null in rows from before';
