from . import controllers, dialects, dispatcher, engine, models, wizard
from .hooks import post_init_hook, uninstall_hook
from .log import access_log

access_log.install()
