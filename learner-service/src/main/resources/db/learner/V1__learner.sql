create table run (
    run             text primary key,
    position        bigint generated always as identity,
    state           text        not null,
    config          text,
    failure_code    text,
    failure_message text,
    updated_at      timestamptz not null default now()
);
comment on column run.position is 'runs are trained one at a time, in this order';
comment on column run.config is 'RunConfig as JSON; null if the run was cancelled before it was submitted';

create table episode (
    run             text    not null,
    purpose         text    not null,
    step            int     not null,
    group_index     int     not null,
    sample          int     not null,
    attempt         int     not null,
    failed          boolean not null,
    trajectory      bytea,
    usage           text    not null,
    malformed_calls int     not null,
    primary key (run, purpose, step, group_index, sample, attempt)
);
comment on column episode.trajectory is 'Trajectory, encoded; null once a checkpoint covers the step';

create table verdict (
    run         text             not null,
    purpose     text             not null,
    step        int              not null,
    group_index int              not null,
    sample      int              not null,
    attempt     int              not null,
    reward      double precision not null,
    success     boolean          not null,
    habits      text             not null,
    primary key (run, purpose, step, group_index, sample, attempt)
);

create table closed_group (
    run          text    not null,
    purpose      text    not null,
    step         int     not null,
    group_index  int     not null,
    phase_groups int     not null,
    last         boolean not null,
    members      text    not null,
    given_up     int     not null,
    primary key (run, purpose, step, group_index)
);

create table ledger (
    run            text        not null,
    purpose        text        not null,
    step           int         not null,
    last           boolean     not null,
    version_before int         not null,
    version_after  int         not null,
    checksum_after text        not null,
    optimizer_steps bigint     not null,
    metrics        text        not null,
    completed_at   timestamptz not null,
    primary key (run, purpose, step)
);
comment on table ledger is 'one row for each phase that is done, written with its StepCompleted';

create table ledger_member (
    run         text             not null,
    purpose     text             not null,
    step        int              not null,
    group_index int              not null,
    sample      int              not null,
    attempt     int              not null,
    position    int              not null,
    advantage   double precision not null,
    primary key (run, purpose, step, group_index, sample),
    foreign key (run, purpose, step) references ledger (run, purpose, step)
);
comment on table ledger_member is 'episodes that an update was made of, in order: a sample is trained on at most once';

create table policy_version (
    run        text        not null,
    version    int         not null,
    checksum   text        not null,
    updated_at timestamptz not null,
    primary key (run, version, checksum)
);

create table checkpoint (
    run        text        not null,
    step       int         not null,
    directory  text        not null,
    checksum   text        not null,
    created_at timestamptz not null,
    primary key (run, step)
);
