create table judged_episode (
    episode_id text primary key,
    run        text        not null,
    sample_id  text        not null,
    attempt    int         not null,
    reward     double precision,
    success    boolean,
    cause      text        not null,
    event      text        not null,
    judged_at  timestamptz not null
);

create index judged_episode_sample on judged_episode (sample_id, attempt);
create index judged_episode_run_cause on judged_episode (run, cause);
