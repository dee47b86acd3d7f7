-- To count what runs without reading what waits.
create index episode_running on episode (run) where state = 'RUNNING';
