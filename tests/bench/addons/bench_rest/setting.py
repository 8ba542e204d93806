"""The database that is measured: partners, a user, two APIs, and keys for all."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from .constants import BLOCKED, OFF, ON, PLENTY, USER


def fill(env, partners):
    """Return what the requests need to know: ids, keys."""
    user = _user(env)
    key = _key_of_client(env, user)
    first = _add_partners(env, partners)
    apikeys = env["res.users.apikeys"].with_user(user).sudo()
    tomorrow = fields.Datetime.now() + timedelta(days=1)
    return {
        "database": env.cr.dbname,
        "user": user.id,
        "key": key,
        "json2_key": apikeys._generate("rpc", "bench", tomorrow),
        "first": first,
        "partners": partners,
    }


def _user(env):
    groups = env.ref("base.group_user") + env.ref("base.group_partner_manager")
    values = {"name": "Bench", "login": "bench", "group_ids": groups.ids}
    user = env["res.users"].create(values)
    module, name = USER.split(".")
    env["ir.model.data"].create(
        {"module": module, "name": name, "model": user._name, "res_id": user.id}
    )
    return user


def _key_of_client(env, user):
    """Everything that an administrator can switch on is on in the first API."""
    client = env["rest.client"].create({"name": "Bench", "user_id": user.id})
    on = {"log_mode": "all", "rate_limit": PLENTY}
    off = {"log_mode": "none", "rate_limit": 0}
    for root, values in ((ON, on), (OFF, off)):
        api = env["rest.api"].create({"name": root, "root_path": root, **values})
        for model in ("res.partner", "res.country", "res.partner.category"):
            _expose(env, api, client, model)
    return client._generate_key()[1]


def _expose(env, api, client, model):
    rights = {"can_read": True, "can_create": True, "can_update": True}
    model_id = env["ir.model"]._get_id(model)
    resource = env["rest.resource"].create(
        {"api_id": api.id, "model_id": model_id, **rights}
    )
    scope = env["rest.client.scope"].create(
        {"client_id": client.id, "resource_id": resource.id, **rights}
    )
    if model == "res.partner":
        rules = ({"resource_id": resource.id}, {"scope_id": scope.id})
        for name, party in zip(BLOCKED, rules, strict=True):
            field = env["ir.model.fields"]._get(model, name)
            env["rest.field.rule"].create({**party, "field_ids": field.ids})


COPIES = """
INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, email,
                         phone, city, country_id, {columns})
SELECT {first} + n, {first} + n, name || n, name || n, 'p' || n || '@example.com',
       '+32 2 290 ' || n, 'City ' || n %% 500,
       ({countries})[1 + n %% 10], {columns}
  FROM res_partner, generate_series(0, {count} - 1) n WHERE res_partner.id = {pattern}
"""
CATEGORIES = """
INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
SELECT {first} + n, ({categories})[1 + (n + shift) %% 5]
  FROM generate_series(0, {count} - 1) n, generate_series(0, 1) shift
"""
OWN = {"id", "commercial_partner_id", "name", "complete_name", "email", "phone", "city"}
OWN.add("country_id")


def _add_partners(env, count):
    """Copy a partner in SQL; returns the id of the first."""
    pattern = env["res.partner"].create({"name": "Partner ", "is_company": True})
    categories = env["res.partner.category"].create(
        [{"name": f"Category {number}"} for number in range(5)]
    )
    env.flush_all()
    first = pattern.id + 1
    values = {
        "first": first,
        "count": count,
        "pattern": pattern.id,
        "countries": env["res.country"].search([], limit=10).ids,
        "categories": categories.ids,
        "columns": SQL(", ").join(map(SQL.identifier, _other_columns(env.cr))),
    }
    for template in (COPIES, CATEGORIES):
        env.cr.execute(_sql(template, values))
    env.cr.execute(SQL("SELECT setval('res_partner_id_seq', %s)", pattern.id + count))
    env.cr.execute("ANALYZE")
    return first


def _sql(template, values):
    """``SQL`` of a template with names in braces."""
    names = [part.partition("}")[0] for part in template.split("{")[1:]]
    code = template.format(**dict.fromkeys(values, "%s"))
    return SQL(code, *(values[name] for name in names))


def _other_columns(cr):
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'res_partner' AND is_generated = 'NEVER'"
    )
    return sorted({name for (name,) in cr.fetchall()} - OWN)
