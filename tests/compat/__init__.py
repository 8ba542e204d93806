"""Addons of others on ours: installed unmodified, with their own tests. See ``run``."""
