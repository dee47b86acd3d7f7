-- What was judged, to judge it again: EpisodeFinished, packed.
create table stored_episode (
    episode_id text primary key,
    run        text  not null,
    purpose    text  not null,
    step       int   not null,
    content    bytea not null
);

alter table stored_episode alter column content set storage external;
create index stored_episode_run on stored_episode (run, purpose, step);

-- Stored episodes without a verdict, because what their judge needs is away or slow.
create table waiting_episode (
    episode_id text primary key references stored_episode,
    tries      int         not null,
    -- Nobody takes it before.
    not_before timestamptz not null,
    since      timestamptz not null
);

create index waiting_episode_not_before on waiting_episode (not_before);

-- Verdicts of language models, by a digest of all that they depend on.
create table llm_verdict (
    key      text primary key,
    model    text        not null,
    agrees   boolean     not null,
    reason   text        not null,
    asked_at timestamptz not null default now()
);

-- Requests to language models that were answered, by run.
create table llm_budget (
    run   text primary key,
    calls int not null
);

-- Stored episodes judged again, beside their first verdicts.
create table rejudgement (
    id         text primary key,
    run        text        not null,
    -- RejudgeRequest as JSON.
    request    text        not null,
    state      text        not null check (state in ('RUNNING', 'DONE', 'FAILED')),
    failure    text,
    episodes   int         not null,
    started_at timestamptz not null,
    ended_at   timestamptz
);

create index rejudgement_run on rejudgement (run, started_at);

create table rejudged_episode (
    rejudgement text    not null references rejudgement,
    episode_id  text    not null references stored_episode,
    reward      double precision,
    success     boolean,
    cause       text    not null,
    -- EpisodeJudged as JSON.
    event       text    not null,
    primary key (rejudgement, episode_id)
);
