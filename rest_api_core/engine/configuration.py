"""What workers keep of the configuration, and where they forget it.

Values are frozen (``configuration.py``), so that no record or cursor outlives its
request. They live in an epoch of Odoo's own cache: see ``cache_epoch.py`` for why none
of them can be stale.
"""

import secrets

from odoo import SUPERUSER_ID, api, models, tools

from odoo.addons.endpoint_route_handler import cache_epoch

from ..access import configuration, policy
from ..models.rest_cached_mixin import CACHE

PEPPER = "rest_api_core.pepper"


class RestConfiguration(models.AbstractModel):
    _name = "rest.configuration"
    _description = "REST configuration"

    @tools.ormcache(cache=CACHE)
    def _epoch(self):
        return cache_epoch.Epoch()

    def _kept(self, key, fill):
        """The value of ``key``; ``fill(env)`` reads it as committed, as superuser."""
        if cache_epoch.is_changed(self.env, CACHE):
            return self._filled(fill)
        return self._epoch().get(key, lambda: self._filled(fill))

    def _filled(self, fill):
        """What a transaction that changes the configuration sees is its own affair."""
        if cache_epoch.is_changed(self.env, CACHE):
            return fill(self._superuser_env(self.env.cr))
        with cache_epoch.committed_cursor(self.env) as cr:
            return fill(self._superuser_env(cr))

    def _superuser_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"active_test": False})

    # --- records as values ---------------------------------------------------

    def _api(self, api_id):
        """``configuration.Api``, None for one that is archived or gone."""

        def fill(env):
            record = env["rest.api"].browse(api_id).exists()
            return record._frozen() if record.active else None

        return self._kept(("api", api_id), fill)

    def _resources(self, api_id):
        """``{model: configuration.Resource}`` of an API."""

        def fill(env):
            found = env["rest.resource"].search(
                [("api_id", "=", api_id), ("active", "=", True)]
            )
            return {r.model: r._frozen() for r in found if r.model in env}

        return self._kept(("resources", api_id), fill)

    def _client(self, client_id):
        """``configuration.Client``, None for one that is gone."""

        def fill(env):
            record = env["rest.client"].browse(client_id).exists()
            return record._frozen() if record else None

        return self._kept(("client", client_id), fill)

    def _credential(self, kind, prefix):
        """``configuration.Credential``, None for an unknown prefix.

        What is unknown is asked for each time: the world could fill our memory with it.
        """
        known = self._known_credentials()
        found = known.get((kind, prefix))
        if found is None:
            found = self._stored_credential(kind, prefix)
            if found is not None:
                known[kind, prefix] = found
        return found

    def _known_credentials(self):
        """``{(kind, prefix): Credential}`` that this worker has seen."""
        return self._kept("credentials", lambda env: {})

    def _digest(self, kind, prefix):
        """The digest as committed, None for an unknown prefix: one statement."""

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
            wanted = [("kind", "=", kind), ("prefix", "=", prefix)]
            record = env["rest.credential"].search(wanted)
            return record._frozen() if record else None

        return self._filled(fill)

    def _policy(self, api_id, client_id, model, read_only=False):
        """``policy.EffectivePolicy`` of a client (None: of nobody) on a model.

        :param read_only: whether the client comes with a key that can only read
        """
        if model not in self._resources(api_id):
            return None  # nothing is kept of names from outside

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

    def _user(self, user_id):
        """``configuration.User``, None for one that is gone."""

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
        """``configuration.Rates``; see ``ir_config_parameter`` for how they change."""

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
        """The secret of this database that keys are digested with and cursors signed.

        It is made when the addon is installed; without it every key is lost.
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
