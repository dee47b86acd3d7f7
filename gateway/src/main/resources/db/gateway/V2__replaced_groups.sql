-- Another task's group takes the place of one whose rewards were all alike.
alter table closed_group add column replaced boolean not null default false;
