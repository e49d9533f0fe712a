-- Roles of a network deployment. `wayside init` and `wayside grants` run this file, and then the one of the database
-- (vault.sql; callbacks.sql, which may be the vault's database; intake.sql, a cluster of its own), as its owner.
--
-- One role per process. None owns a table; the owner is whoever ran `wayside init`.
-- Pass phrases or peer authentication are the operator's: these roles log in with nothing until pg_hba.conf says so.
DO $$
DECLARE process text;
BEGIN
  FOREACH process IN ARRAY ARRAY['wayside_portal', 'wayside_worker', 'wayside_intake', 'wayside_callbacks'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = process) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION', process);
    END IF;
  END LOOP;
END
$$;
