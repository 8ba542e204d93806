"""The cache of the configuration in each worker.

Values are frozen (``access/configuration.py``), so that no record or cursor outlives
its request. They are stored in an epoch of Odoo's own cache: ``cache_epoch.py``
explains why they are never stale.
"""

import secrets

from odoo import SUPERUSER_ID, api, models, tools

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access import configuration, policy
from ..models.rest_cached_mixin import CACHE

PEPPER = "rest_api_core.pepper"
EPOCH = "rest_api_core.epoch"  # in the cache of a cursor


class RestConfiguration(models.AbstractModel):
    _name = "rest.configuration"
    _description = "REST configuration"

    @tools.ormcache(cache=CACHE)
    def _epoch(self):
        return cache_epoch.Epoch()

    def _kept(self, key, fill):
        """The cached value of ``key``; ``fill(env)`` reads it as superuser."""
        if cache_epoch.is_changed(self.env, CACHE):
            return self._filled(fill)
        epoch = cache_epoch.current(self.env, EPOCH, self._epoch)
        return epoch.get(key, lambda: self._filled(fill))

    def _filled(self, fill):
        """The value as committed, or with the uncommitted changes of this transaction.

        The latter is never cached: other requests must not see it.
        """
        if cache_epoch.is_changed(self.env, CACHE):
            return fill(self._superuser_env(self.env.cr))
        with cache_epoch.committed_cursor(self.env) as cr:
            return fill(self._superuser_env(cr))

    def _superuser_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"active_test": False})

    # --- records as values ---------------------------------------------------

    def _api(self, api_id):
        """``configuration.Api``; None if it is archived or deleted."""

        def fill(env):
            record = env["rest.api"].browse(api_id).exists()
            return record._frozen() if record.active else None

        return self._kept(("api", api_id), fill)

    def _resources(self, api_id):
        """``{model: configuration.Resource}`` of an API."""

        def fill(env):
            resources = env["rest.resource"].search(
                [("api_id", "=", api_id), ("active", "=", True)]
            )
            # the addon of a model can be missing in the code of this worker
            return {r.model: r._frozen() for r in resources if r.model in env}

        return self._kept(("resources", api_id), fill)

    def _client(self, client_id):
        """``configuration.Client``; None if it is deleted."""

        def fill(env):
            record = env["rest.client"].browse(client_id).exists()
            return record._frozen() if record else None

        return self._kept(("client", client_id), fill)

    def _oauth_client(self, oauth_client_id):
        """``configuration.OAuthClient``; None for an unknown one. It is not cached:
        invented ones would fill the memory."""

        def fill(env):
            domain = [("oauth_client_id", "=", oauth_client_id)]
            record = env["rest.client"].search(domain) if oauth_client_id else None
            return record._frozen_oauth() if record else None

        return self._filled(fill)

    def _credential(self, kind, prefix):
        """``configuration.Credential``; None for an unknown prefix.

        Unknown prefixes are not cached: invented ones would fill the memory.
        """
        known = self._known_credentials()
        credential = known.get((kind, prefix))
        if credential is None:
            credential = self._stored_credential(kind, prefix)
            if credential is not None:
                known[kind, prefix] = credential
        return credential

    def _known_credentials(self):
        """``{(kind, prefix): Credential}``: the cache of ``_credential``."""
        return self._kept("credentials", lambda env: {})

    def _digest(self, kind, prefix):
        """The digest of a prefix, read by one SQL statement; None if it is unknown."""

        def fill(env):
            env["rest.credential"].flush_model()
            env.cr.execute(
                "SELECT digest FROM rest_credential WHERE kind = %s AND prefix = %s",
                [kind, prefix],
            )
            row = env.cr.fetchone()
            return row and row[0]

        return self._filled(fill)

    def _stored_credential(self, kind, prefix):
        def fill(env):
            domain = [("kind", "=", kind), ("prefix", "=", prefix)]
            record = env["rest.credential"].search(domain)
            return record._frozen() if record else None

        return self._filled(fill)

    def _policy(self, api_id, client_id, model, read_only=False):
        """``policy.EffectivePolicy`` on a model.

        :param client_id: None for sessions and Basic
        :param read_only: whether the key of the client is read-only
        """
        if model not in self._resources(api_id):
            return None  # arbitrary names in requests would fill the cache

        def fill(env):
            settings = env["rest.configuration"]
            resource = settings._resources(api_id).get(model)
            if resource is None:
                return None
            client = settings._client(client_id) if client_id else None
            limits = client and client.policy.with_key(read_only)
            scopes = client.scopes.get(resource.id, ()) if client else ()
            return policy.effective(resource.policy, scopes, limits)

        return self._kept(("policy", api_id, client_id, model, read_only), fill)

    def _field_masks(self, api_id, client_id):
        """``{model: {name: mask}}`` of the fields that rules mask for a caller; models
        without any are left out.

        :param client_id: None for sessions and Basic
        """

        def fill(env):
            settings = env["rest.configuration"]
            client = settings._client(client_id) if client_id else None
            scopes = client.scopes if client else {}
            found = {
                model: policy.field_masks(each.policy, scopes.get(each.id, ()))
                for model, each in settings._resources(api_id).items()
            }
            return {model: masks for model, masks in found.items() if masks}

        return self._kept(("field masks", api_id, client_id), fill)

    def _user(self, user_id):
        """``configuration.User``; None if it is deleted."""

        def fill(env):
            user = env["res.users"].browse(user_id).exists()
            if not user:
                return None
            context = user.with_user(user).context_get()
            return configuration.User(
                id=user.id,
                active=user.active,
                login=user.login,
                lang=context.get("lang") or "en_US",
                tz=context.get("tz") or "UTC",
                company_id=user.company_id.id,
                company_ids=user._get_company_ids(),
                group_ids=tuple(sorted(user._get_group_ids())),
            )

        return self._kept(("user", user_id), fill)

    # --- system parameters ---------------------------------------------------

    def _rates(self):
        """``configuration.Rates``; ``ir_config_parameter`` clears their cache."""

        def fill(env):
            get = env["ir.config_parameter"].get_param
            draft = get("rest_api_core.rate_draft_headers") or ""
            return configuration.Rates(
                backend=get("rest_api_core.rate_backend") or "database",
                redis_url=get("rest_api_core.redis_url") or "",
                draft_headers=draft.lower() in ("1", "true", "t", "yes"),
            )

        return self._kept("rates", fill)

    # --- secrets -------------------------------------------------------------

    def _pepper(self):
        """The secret of this database for the digests of keys and signatures of
        cursors.

        The installation of the addon creates it. No key works with another one.
        """

        def fill(env):
            value = env["ir.config_parameter"].get_param(PEPPER)
            return value.encode() if value else None

        return self._kept("pepper", fill) or self._new_pepper()

    def _new_pepper(self):
        value = secrets.token_hex(32)
        self.env["ir.config_parameter"].sudo().set_param(PEPPER, value)
        cache_epoch.mark_changed(self.env, CACHE)
        return value.encode()
