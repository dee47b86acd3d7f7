-- Copies of episodes go when they are old, or too many; their verdicts, first and second ones, stay.
alter table stored_episode add column stored_at timestamptz not null default now();
create index stored_episode_stored_at on stored_episode (stored_at);
alter table rejudged_episode drop constraint rejudged_episode_episode_id_fkey;
