-- Whose share of the rollouts an attempt counts in; empty: nobody's.
alter table episode add column project text not null default '';
