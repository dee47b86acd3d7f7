-- Instances of environments that were asked for and are not known to be released.
create table environment_instance (
    instance_id uuid primary key,
    episode_id  text        not null,
    url         text        not null,
    created_at  timestamptz not null default now(),
    -- The process that has it gives signs of life until then; afterwards any may release it.
    alive_until timestamptz not null,
    -- The service has dropped it by itself by then.
    gone_at     timestamptz not null
);

create index environment_instance_leaked on environment_instance (alive_until);
