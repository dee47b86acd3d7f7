-- Ended episodes let their conversation and tokens go when they are old, or too many; what became of them stays.
alter table episode add column trimmed_at timestamptz;
create index episode_stored on episode (finished_at) where finished is not null;
