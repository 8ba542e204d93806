from . import models
from .post_init_hook import post_init_hook, uninstall_hook
