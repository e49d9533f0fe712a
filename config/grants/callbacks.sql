-- The callbacks spool: its process may add a deposit and see nothing; the worker reads and removes.
REVOKE ALL ON SCHEMA spool FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA spool FROM PUBLIC, wayside_portal, wayside_worker, wayside_intake, wayside_callbacks;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA spool TO wayside_callbacks, wayside_worker;
GRANT INSERT ON spool.deposit TO wayside_callbacks;
GRANT SELECT, DELETE ON spool.deposit TO wayside_worker;
GRANT SELECT ON spool.alembic_version TO wayside_worker;
