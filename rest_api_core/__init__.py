from . import controllers, models, wizard
from . import access_log, dispatcher
from .hooks import post_init_hook, uninstall_hook

access_log.install()
