from . import schema
from .registry import EndpointRegistry


def post_init_hook(env):
    """Create the table of routes, unless ``init`` of the tool did."""
    EndpointRegistry._setup_db(env.cr)


def uninstall_hook(env):
    """Take table, sequence and functions away: nothing of the addon stays behind."""
    schema.drop(env.cr)
    env.registry.clear_cache("routing")
