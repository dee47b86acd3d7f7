-- How far each run's trackers have been told; told_*: the newest step that they know.
create table tracking (
    run        text        not null references run (name),
    tracker    text        not null,
    reference  text,
    told_train int         not null default -1,
    told_eval  int         not null default -1,
    ended      boolean     not null default false,
    problem    text,
    due_at     timestamptz not null default now(),
    primary key (run, tracker)
);

create index tracking_due on tracking (due_at) where not ended;
