"""Words of the outbox. No Odoo here."""

OPERATIONS = [
    ("create", "Create"),
    ("update", "Update"),
    ("archive", "Archive"),
    ("restore", "Restore"),
    ("delete", "Delete"),
]
ORIGINS = [
    ("client", "Client"),
    ("user", "User"),
    ("cron", "Scheduled Action"),
    ("import", "Import"),
    ("webhook", "Webhook"),
]

# columns that Odoo keeps for itself: they change with each write, or by SQL
IGNORED = frozenset(
    ("id", "create_date", "create_uid", "write_date", "write_uid", "parent_path")
)

# its rows are the changes: a trigger on it would never end
OUTBOX = "rest.change"
