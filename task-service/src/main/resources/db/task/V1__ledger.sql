-- What this service knows of a run. A row may begin with an event that overtook the submission.
create table run (
    name                text primary key,
    version             integer     not null,
    state               text        not null,
    reason              text,
    config              text,                 -- JSON, once the run is submitted
    policy_version      integer,              -- newest that the learner announced
    training_tasks      integer     not null,
    validation_tasks    integer     not null,
    dataset_fingerprint text,
    issued_phases       integer     not null, -- how many of the plan's phases are issued
    updated_at          timestamptz not null
);

create table issued_phase (
    id           text primary key,            -- run/purpose/step
    version      integer     not null,
    run          text        not null references run (name),
    purpose      text        not null,
    step         integer     not null,
    group_count  integer     not null,
    last         boolean     not null,
    issued_at    timestamptz not null,
    completed_at timestamptz,
    unique (run, purpose, step)
);

create table task_group (
    id           text primary key,            -- run/purpose/step/group
    version      integer     not null,
    run          text        not null references run (name),
    purpose      text        not null,
    step         integer     not null,
    group_number integer     not null,
    task         text        not null,        -- JSON
    samples      integer     not null,
    closed_at    timestamptz,
    unique (run, purpose, step, group_number)
);

create table episode (
    id             text primary key,          -- run/purpose/step/group/sample/attempt
    version        integer     not null,
    group_id       text        not null references task_group (id),
    run            text        not null,
    purpose        text        not null,
    step           integer     not null,
    group_number   integer     not null,
    sample         integer     not null,
    attempt        integer     not null,
    state          text        not null,
    issued_at      timestamptz not null,
    deadline       timestamptz not null,
    changed_at     timestamptz not null,
    reward         double precision,
    success        boolean,
    reason_code    text,
    reason_message text,
    unique (run, purpose, step, group_number, sample, attempt)
);

create index episode_group on episode (group_id);
create index episode_overdue on episode (deadline) where state = 'ISSUED';
-- The first judged attempt wins: a sample is never judged twice.
create unique index episode_judged_once on episode (run, purpose, step, group_number, sample)
    where state in ('JUDGED', 'TRAINED', 'EVALUATED', 'SKIPPED');
