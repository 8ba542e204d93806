from . import controllers, dialects, dispatcher, engine, models, wizard
from .capture import relations, savepoints
from .hooks import post_init_hook, uninstall_hook
from .log import access_log
from .orm import dry_run, side_cursors

access_log.install()
dry_run.install()
relations.install()
savepoints.install()
side_cursors.install()
