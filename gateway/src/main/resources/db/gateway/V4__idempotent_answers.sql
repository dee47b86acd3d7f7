-- What was answered to a POST with an Idempotency-Key: written in the transaction of its effect.
create table idempotent_answer (
    key          text        primary key,
    request_hash text        not null,
    status       int,                      -- null only inside the transaction that makes the answer
    location     text,
    content_type text,
    body         bytea,
    at           timestamptz not null default now()
);

create index idempotent_answer_at on idempotent_answer (at);

alter table run drop column idempotency_key;
alter table run drop column request_hash;
