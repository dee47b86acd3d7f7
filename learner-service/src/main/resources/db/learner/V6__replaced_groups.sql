alter table closed_group add column replaced boolean not null default false;
comment on column closed_group.replaced is
    'another task''s group takes its place in the phase: its rewards were all alike, and it is not trained on';
