-- Why the services were not told of the run yet, for people; null: they were.
alter table run add column waiting text;
create index run_waiting on run (submitted_at) where waiting is not null;
