"""What a database holds, to see what an addon leaves behind."""

import contextlib

import psycopg2
from psycopg2 import sql

# what any run of Odoo changes: logs, signals, modules it finds, caches of assets
RESTLESS = {
    "ir_model_data",  # listed by name instead
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_module_module_exclusion",
    "bus_bus",
    "ir_attachment",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "ir_profile",
    "orm_signaling_assets",
    "orm_signaling_default",
    "orm_signaling_groups",
    "orm_signaling_registry",
    "orm_signaling_routing",
    "orm_signaling_stable",
    "orm_signaling_templates",
    "res_device_log",
    "res_users_log",
}
OBJECTS = """
    SELECT 'relation ' || relkind::text || ' ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace
    UNION SELECT 'function ' || proname FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace
    UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT 'constraint ' || conname FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
    UNION SELECT 'column ' || attrelid::regclass || '.' || attname
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND attnum > 0 AND NOT attisdropped
    UNION SELECT 'external id ' || module || '.' || name FROM ir_model_data
     WHERE model <> 'ir.module.module'
    UNION SELECT 'model ' || model FROM ir_model
    UNION SELECT 'field ' || model || '.' || name FROM ir_model_fields
"""


def state_of(database):
    """A set of words: everything in the schema and in ir.model*, and counts of rows."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cr = connection.cursor()
        cr.execute(OBJECTS)
        objects = {row[0] for row in cr.fetchall()}
        return objects | {f"{n} rows in {table}" for table, n in _row_counts(cr)}


def _row_counts(cr):
    cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in cr.fetchall():
        if table not in RESTLESS:
            cr.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            yield table, cr.fetchone()[0]
