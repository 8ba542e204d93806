from . import schema
from .registry import EndpointRegistry


def post_init_hook(env):
    """Create the table of routes if ``init`` of the tool has not done so."""
    EndpointRegistry._setup_db(env.cr)


def uninstall_hook(env):
    """Drop the table, the sequence and the functions."""
    schema.drop(env.cr)
    env.registry.clear_cache("routing")
