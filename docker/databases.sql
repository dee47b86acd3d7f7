-- One database per service; each service's Flyway fills its own.
create database task;
create database rollout;
create database judge;
create database learner;
create database gateway;
