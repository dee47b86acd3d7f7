alter table ledger add column replicas int;
comment on column ledger.replicas is 'replicas of the weights among which the update''s batch was dealt; null in rows from before: 1';
