-- A run that began with the weights of another.
alter table run add column parent_run text references run (name);
alter table run add column parent_version int;
