"""The table ``endpoint_route``, created with SQL: it is not a model.

The names of table, columns, sequence, functions and triggers are public. Databases of
earlier versions contain them, and third parties read the table.
"""

from odoo.tools import sql

TABLE = "endpoint_route"
SEQUENCE = "endpoint_route_version"
MAX_TEXT = 32  # characters of ``endpoint_hash`` and ``route_group``

# the index on key comes first: if a row violates both indexes, PostgreSQL reports the
# older one
_CREATE_TABLE = """
    CREATE TABLE endpoint_route (
        id SERIAL PRIMARY KEY,
        key VARCHAR,
        route VARCHAR,
        opts TEXT,
        routing TEXT,
        endpoint_hash VARCHAR(32),
        route_group VARCHAR(32),
        updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT NOW()
    );
    CREATE UNIQUE INDEX endpoint_route__key_uniq ON endpoint_route (key);
    ALTER TABLE endpoint_route
        ADD CONSTRAINT endpoint_route__endpoint_hash_uniq UNIQUE (endpoint_hash);
"""

_CREATE_TIMESTAMP = """
    CREATE OR REPLACE FUNCTION endpoint_route_set_timestamp() RETURNS TRIGGER AS $$
    BEGIN
        NEW.updated_at = NOW();
        RETURN NEW;
    END;
    $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS trigger_endpoint_route_set_timestamp ON endpoint_route;
    CREATE TRIGGER trigger_endpoint_route_set_timestamp
        BEFORE UPDATE ON endpoint_route
        FOR EACH ROW EXECUTE FUNCTION endpoint_route_set_timestamp();
"""

# RETURN OLD: for a deletion NEW is null, and a BEFORE trigger that returns null cancels
# the statement
_CREATE_VERSION = """
    CREATE SEQUENCE IF NOT EXISTS endpoint_route_version INCREMENT 1 START 1;
    CREATE OR REPLACE FUNCTION increment_endpoint_route_version() RETURNS TRIGGER AS $$
    BEGIN
        PERFORM nextval('endpoint_route_version');
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END;
    $$ LANGUAGE plpgsql;
    DROP TRIGGER IF EXISTS insert_endpoint_route_version_trigger ON endpoint_route;
    CREATE TRIGGER insert_endpoint_route_version_trigger
        BEFORE INSERT ON endpoint_route
        FOR EACH ROW EXECUTE FUNCTION increment_endpoint_route_version();
    DROP TRIGGER IF EXISTS update_endpoint_route_version_trigger ON endpoint_route;
    CREATE TRIGGER update_endpoint_route_version_trigger
        BEFORE UPDATE ON endpoint_route
        FOR EACH ROW EXECUTE FUNCTION increment_endpoint_route_version();
    DROP TRIGGER IF EXISTS delete_endpoint_route_version_trigger ON endpoint_route;
    CREATE TRIGGER delete_endpoint_route_version_trigger
        BEFORE DELETE ON endpoint_route
        FOR EACH ROW EXECUTE FUNCTION increment_endpoint_route_version();
"""


def exists(cr):
    """Return whether the table exists; it does not before the addon is installed."""
    return sql.table_exists(cr, TABLE)


def is_current(cr):
    """Return whether the table exists and has the triggers of this version."""
    cr.execute(
        "SELECT 1 FROM pg_trigger"
        " WHERE tgname = 'delete_endpoint_route_version_trigger'"
        " AND tgrelid = to_regclass('endpoint_route')"
    )
    return bool(cr.fetchone())


def create_table(cr):
    cr.execute(_CREATE_TABLE)


def create_timestamp(cr):
    cr.execute(_CREATE_TIMESTAMP)


def create_version(cr):
    cr.execute(_CREATE_VERSION)


def drop(cr):
    """Drop the table, the sequence and the functions."""
    cr.execute("DROP TABLE IF EXISTS endpoint_route CASCADE")
    cr.execute("DROP SEQUENCE IF EXISTS endpoint_route_version")
    cr.execute("DROP FUNCTION IF EXISTS endpoint_route_set_timestamp()")
    cr.execute("DROP FUNCTION IF EXISTS increment_endpoint_route_version()")
