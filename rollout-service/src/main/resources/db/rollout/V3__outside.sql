-- Episodes that wait for an agent in another process: no worker here takes them by itself.
alter table episode add column outside boolean not null default false;
