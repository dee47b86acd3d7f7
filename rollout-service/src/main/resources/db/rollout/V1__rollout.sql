-- One attempt at one sample: what to do, who does it, and what became of it.
create table episode (
    episode_id   text primary key,
    run          text        not null,
    sample_id    text        not null,
    step         int         not null,
    task_group   int         not null,
    sample       int         not null,
    attempt      int         not null,
    state        text        not null check (state in ('QUEUED', 'RUNNING', 'FINISHED', 'DROPPED')),
    -- Episodes of the run that may run at the same time.
    run_workers  int         not null,
    -- TaskIssued as JSON.
    issued       text        not null,
    worker       uuid,
    lease_until  timestamptz,
    queued_at    timestamptz not null default now(),
    finished_at  timestamptz,
    -- 'finished' or the failure's code.
    outcome      text,
    -- EpisodeFinished as CBOR, trajectory packed within.
    finished     bytea
);

create index episode_open on episode (run, step, task_group, sample, attempt) where state in ('QUEUED', 'RUNNING');
create index episode_sample on episode (sample_id, attempt);
