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
