-- Every piece of code that a model had run, with what came of it; the newest hone.rollout.tool-calls.keep rows.
create table tool_call (
    id          bigint generated always as identity primary key,
    sample_id   text        not null,
    attempt     int         not null,
    -- The model's own bytes, which PostgreSQL's text cannot hold all of: cut, with their whole length and SHA-256.
    code        bytea       not null,
    code_bytes  int         not null,
    code_sha256 bytea       not null,
    started_at  timestamptz not null,
    -- From asking to answer, waiting for room included.
    millis      bigint      not null,
    -- ok | error | timed_out | truncated, or the failure's code.
    outcome     text        not null,
    exit_code   int,
    -- In the sandbox alone.
    run_millis  bigint,
    isolation   text,
    stdout      bytea,
    stderr      bytea
);

create index tool_call_sample on tool_call (sample_id, id);
