-- Grants of a network deployment. After `wayside init`, as the owner of each database:
--   vault:      psql "$WAYSIDE_DATABASE_URL"  -f roles.sql -f vault.sql
--   callbacks:  psql "$WAYSIDE_CALLBACKS_URL" -f roles.sql -f callbacks.sql   (may be the vault's database)
--   intake:     psql "$WAYSIDE_INBOX_URL"     -f roles.sql -f intake.sql      (a cluster of its own)
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
