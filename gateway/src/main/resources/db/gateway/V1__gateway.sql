create table run (
    name              text primary key,
    config            text        not null,
    warnings          text        not null,
    state             text        not null,
    task_prepared     boolean     not null,
    learner_prepared  boolean     not null,
    last_phase_done   boolean     not null,
    exported          boolean     not null,
    export            text,
    steps             int,
    step              int         not null,
    policy_version    int,
    policy_checksum   text,
    failure_code      text,
    failure_message   text,
    failure_retryable boolean,
    idempotency_key   text unique,
    request_hash      text        not null,
    submitted_at      timestamptz not null,
    started_at        timestamptz,
    ended_at          timestamptz
);

create index run_submitted_at on run (submitted_at);

create table step (
    run            text             not null references run (name),
    purpose        text             not null,
    step           int              not null,
    policy_version int              not null,
    metrics        text             not null,
    trained        int              not null,
    evaluated      int              not null,
    skipped        int              not null,
    completed_at   timestamptz      not null,
    primary key (run, purpose, step)
);

create table closed_group (
    run      text not null references run (name),
    purpose  text not null,
    step     int  not null,
    grp      int  not null,
    judged   int  not null,
    given_up int  not null,
    primary key (run, purpose, step, grp)
);

create table episode (
    run            text not null,
    purpose        text not null,
    step           int  not null,
    grp            int  not null,
    sample         int  not null,
    attempt        int  not null,
    task_id        text,
    state          text not null,
    reward         double precision,
    success        boolean,
    cause          text,
    missing_print  boolean,
    early_answer   boolean,
    turns          int,
    tool_calls     int,
    prompt_tokens  int,
    sampled_tokens int,
    started_at     timestamptz,
    finished_at    timestamptz,
    judged_at      timestamptz,
    primary key (run, purpose, step, grp, sample, attempt)
);

create index episode_run_cause on episode (run, cause);

create table run_event (
    id   bigint generated always as identity primary key,
    run  text        not null references run (name),
    type text        not null,
    data text        not null,
    at   timestamptz not null default now()
);

create index run_event_run on run_event (run, id);
