-- Whose a run is: what its file calls project_name. A caller of one project sees the runs of no other.
alter table run add column project text;
update run set project = config::jsonb ->> 'projectName';
alter table run alter column project set not null;
create index run_project on run (project, submitted_at);

-- Keys by the SHA-256 of their 256 random bits. A revoked one stays, for the audit log's sake.
create table api_key (
    id           text        primary key,
    hash         bytea       not null unique,
    name         text        not null,
    project      text        not null,
    role         text        not null,
    created_at   timestamptz not null,
    created_by   text        not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    revoked_by   text
);

create unique index api_key_name on api_key (project, name) where revoked_at is null;

-- Who changed something or was refused. `times`: how often, of refusals of nobody known that came too fast for a row each.
create table audit (
    id      bigint      generated always as identity primary key,
    at      timestamptz not null,
    caller  text,
    project text,
    role    text,
    origin  text        not null,
    method  text        not null,
    path    text        not null,
    status  int         not null,
    times   bigint      not null default 1
);

create index audit_project on audit (project, id);

create function refuse_to_change_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only appended to: % is refused', tg_op;
end
$$;

create trigger audit_is_appended_to before update or delete or truncate on audit
    for each statement execute function refuse_to_change_audit();
