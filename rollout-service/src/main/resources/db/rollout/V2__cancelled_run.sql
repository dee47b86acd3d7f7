-- Runs that a person has cancelled: what is issued for them still, because topics overtake one another, is not run.
create table cancelled_run (
    run          text primary key,
    cancelled_at timestamptz not null default now()
);
