create table outbox (
    id         bigint generated always as identity primary key,
    message_id uuid        not null,
    topic      text        not null,
    event_key  text        not null,
    payload    bytea       not null,
    created_at timestamptz not null default now()
);

create table inbox (
    message_id  uuid primary key,
    received_at timestamptz not null default now()
);

create index inbox_received_at on inbox (received_at);
