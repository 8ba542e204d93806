import itertools
from dataclasses import replace

import pytest

from rest_api_core.access import policy
from rest_api_core.access.policy import (
    RIGHTS,
    ClientPolicy,
    FieldRule,
    FieldSet,
    MethodRule,
    ResourcePolicy,
    ScopePolicy,
    check,
    check_method,
    effective,
    field_set,
    is_sensitive,
)
from rest_api_core.operations import ROWS
from rest_api_core.wire.call import Target
from rest_api_core.wire.problem import (
    Forbidden,
    NotFound,
    PolicyProblem,
    ScopeInsufficient,
)

NAMES = ("name", "phone", "salary")
CUSTOMERS = [["customer_rank", ">", 0]]
BELGIANS = [["country_id.code", "=", "BE"]]
PING = MethodRule("ping", readonly=True, on_records=False)
CONFIRM = MethodRule("action_confirm")
EVERYTHING = ClientPolicy(all_resources=True)
LISTED = ClientPolicy()
FULL = ScopePolicy(rights=RIGHTS, methods=frozenset(("ping", "action_confirm")))


def allow(*fields, access="both"):
    return FieldRule("allow", access, frozenset(fields))


def block(*fields, access="both"):
    return FieldRule("block", access, frozenset(fields))


def partners(**changes):
    return ResourcePolicy("res.partner", **changes)


OPERATIONS = {row.name: row for row in ROWS if "<model>" in "".join(row.routes)}


def refused(operation, found, **target):
    """The class of problem that is raised, None when the operation passes."""
    try:
        check(OPERATIONS[operation], found)
        if operation == "call":
            check_method(Target("res.partner", **target), found)
    except (Forbidden, NotFound, ScopeInsufficient) as problem:
        return type(problem)
    return None


# Which resources there are for a caller


def test_sessions_have_the_rights_of_the_resource():
    found = effective(partners(rights=frozenset(("read",)), domain=CUSTOMERS))
    assert found.grant.rights == {"read"}
    assert found.domains == (CUSTOMERS,)


def test_a_client_sees_the_resources_of_its_scopes_alone():
    assert effective(partners(), [], LISTED) is None
    assert effective(partners(), [FULL], LISTED).may("read")


def test_a_client_of_all_resources_needs_no_scope():
    assert effective(partners(), [], EVERYTHING).grant.rights == RIGHTS


def test_a_scope_narrows_even_a_client_of_all_resources():
    scope = ScopePolicy(rights=frozenset(("read",)))
    assert effective(partners(), [scope], EVERYTHING).grant.rights == {"read"}


def test_what_is_not_exposed_is_missing():
    for name in OPERATIONS:
        assert refused(name, None) is NotFound


@pytest.mark.parametrize(
    "model",
    [
        "res.users",
        "res.users.apikeys",
        "res.groups",
        "res.config.settings",
        "ir.config_parameter",
        "ir.attachment",
        "ir.model.fields",
        "ir.actions.server",
        "auth_totp.device",
        "auth.passkey.key",
        "payment.provider",
        "payment.token",
        "change.password.wizard",
        "base.automation",
        "rest.credential",
        "rest.token",
        "rest.log",
        "rest.webhook.secret",
        "endpoint.endpoint",
        "webhook.outbound.rule",
        "theme.ir.ui.view",
        "mail.template",
        "mail.ice.server",
        "website",
    ],
)
def test_models_of_rights_secrets_and_code_need_a_flag(model):
    assert is_sensitive(model)
    assert effective(ResourcePolicy(model)) is None
    assert effective(ResourcePolicy(model), [FULL], EVERYTHING) is None
    assert effective(ResourcePolicy(model, sensitive=True)) is not None


@pytest.mark.parametrize(
    "model",
    [
        "res.partner",
        "account.payment",
        "restaurant.floor",
        "iris.scan",
        "sale.order",
        "website.visitor",
        "mail.templates",
    ],
)
def test_other_models_do_not(model):
    assert not is_sensitive(model)


def test_the_registry_may_know_of_more_sensitive_models():
    model = ResourcePolicy("website.page", guarded=True)
    assert effective(model) is None
    assert effective(replace(model, sensitive=True)) is not None


# Operations


# what these need is checked for each method, or each record
LATER = {"call", "batch", "upsert", "import"}


@pytest.mark.parametrize("name", OPERATIONS.keys() - LATER)
def test_each_operation_needs_its_rights_and_no_others(name):
    needed = OPERATIONS[name].rights
    assert needed
    assert refused(name, effective(partners(rights=needed))) is None
    for right in needed:
        less = effective(partners(rights=RIGHTS - {right}))
        assert refused(name, less) is Forbidden


def test_copies_are_read_and_created():
    assert OPERATIONS["copy"].rights == {"read", "create"}


def test_a_right_that_the_scope_lacks_is_told_as_such():
    scope = ScopePolicy(rights=frozenset(("read",)))
    found = effective(partners(), [scope], LISTED)
    assert refused("update", found) is ScopeInsufficient
    nowhere = effective(partners(rights=frozenset(("read",))), [FULL], LISTED)
    assert refused("update", nowhere) is Forbidden


def test_a_read_only_key_makes_its_client_read_only():
    for own in (False, True):
        client = ClientPolicy(all_resources=True, read_only=own)
        assert client.with_key(True) == ClientPolicy(True, True)
        assert client.with_key(False) == client


def test_read_only_clients_read():
    client = ClientPolicy(all_resources=True, read_only=True)
    found = effective(partners(methods=(PING, CONFIRM)), [], client)
    assert refused("list", found) is None
    for verb in ("create", "update", "replace", "delete", "archive", "copy"):
        assert refused(verb, found) is ScopeInsufficient
    assert refused("call", found, name="ping") is None
    assert refused("call", found, ids=(1,), name="action_confirm") is ScopeInsufficient


# Methods


def test_no_method_can_be_called_unless_it_is_listed():
    found = effective(partners())
    assert refused("call", found, ids=(1,), name="unlink") is Forbidden


def test_a_scope_lists_its_methods_itself():
    resource = partners(methods=(PING, CONFIRM))
    scope = ScopePolicy(rights=RIGHTS, methods=frozenset(("ping",)))
    found = effective(resource, [scope], LISTED)
    assert refused("call", found, name="ping") is None
    assert refused("call", found, ids=(1,), name="action_confirm") is ScopeInsufficient
    assert found.method("ping") is PING
    assert found.method("action_confirm") is None


def test_a_scope_cannot_add_a_method():
    scope = ScopePolicy(rights=RIGHTS, methods=frozenset(("unlink",)))
    found = effective(partners(), [scope], LISTED)
    assert refused("call", found, ids=(1,), name="unlink") is Forbidden


def test_methods_are_called_the_way_they_are_listed():
    found = effective(partners(methods=(PING, CONFIRM)))
    assert refused("call", found, name="action_confirm") is NotFound
    assert refused("call", found, ids=(1,), name="ping") is NotFound
    assert refused("call", found, ids=(1,), name="action_confirm") is None


# Fields


def test_without_rules_all_fields_are_there():
    found = effective(partners())
    assert all(found.may_read(n) and found.may_write(n) for n in NAMES)


def test_allow_rules_leave_their_fields_alone():
    found = effective(partners(rules=(allow("name"), allow("phone", access="read"))))
    assert [found.may_read(n) for n in NAMES] == [True, True, False]
    assert [found.may_write(n) for n in NAMES] == [True, False, False]


def test_block_rules_win_over_allow_rules():
    found = effective(partners(rules=(allow("name", "salary"), block("salary"))))
    assert [found.may_read(n) for n in NAMES] == [True, False, False]


def test_a_field_may_be_written_and_not_read():
    found = effective(partners(rules=(block("salary", access="read"),)))
    assert not found.may_read("salary")
    assert found.may_write("salary")


def test_a_scope_narrows_the_fields_of_the_resource():
    resource = partners(rules=(allow("name", "phone"),))
    scope = ScopePolicy(rights=RIGHTS, rules=(allow("phone", "salary"),))
    found = effective(resource, [scope], LISTED)
    assert [found.may_read(n) for n in NAMES] == [False, True, False]


def test_answers_always_have_an_id():
    found = effective(partners(rules=(allow("name"), block("id"))))
    assert found.may_read("id")
    assert not found.may_write("id")


# The intersection as such, over all small cases

RULES = [
    (),
    (allow("name"),),
    (allow("name", "phone", access="read"),),
    (block("name"),),
    (block("salary", access="write"), allow("salary", "phone")),
]
SCOPES = [
    ScopePolicy(frozenset(rights), domain, rules, frozenset(methods))
    for (rights, domain, methods), rules in itertools.product(
        [
            (("read",), [], ()),
            (("read", "update"), CUSTOMERS, ("ping",)),
            (RIGHTS, BELGIANS, ("ping", "action_confirm")),
        ],
        RULES,
    )
]
RESOURCES = [
    partners(rights=frozenset(rights), domain=domain, rules=rules, methods=methods)
    for (rights, domain, methods), rules in itertools.product(
        [(RIGHTS, [], (PING, CONFIRM)), (("read", "create"), CUSTOMERS, (PING,))],
        RULES,
    )
]
CLIENTS = [ClientPolicy(True, read_only) for read_only in (False, True)]
CASES = list(itertools.product(RESOURCES, SCOPES, CLIENTS))


def powers(found):
    """All that a policy permits, as one set."""
    return {
        *found.grant.rights,
        *(f"call {name}" for name in ("ping", "action_confirm") if found.method(name)),
        *(f"read {name}" for name in NAMES if found.may_read(name)),
        *(f"write {name}" for name in NAMES if found.may_write(name)),
    }


def bounds(found):
    return {repr(domain) for domain in found.domains}


def test_no_scope_widens_what_the_resource_gives():
    for resource, scope, client in CASES:
        base, found = effective(resource), effective(resource, [scope], client)
        assert powers(found) <= powers(base)
        assert bounds(found) >= bounds(base)


def test_no_resource_widens_what_the_scope_gives():
    most = partners(methods=(PING, CONFIRM))
    for resource, scope, client in CASES:
        found, base = (effective(r, [scope], client) for r in (resource, most))
        assert powers(found) <= powers(base)
        assert bounds(found) >= bounds(base)


def test_a_further_scope_never_widens():
    for resource, (one, other) in itertools.product(
        RESOURCES, itertools.combinations(SCOPES, 2)
    ):
        found = effective(resource, [one, other], LISTED)
        assert powers(found) <= powers(effective(resource, [one], LISTED))
        assert powers(found) <= powers(effective(resource, [other], LISTED))


def test_the_order_of_scopes_does_not_matter():
    for resource, (one, other) in itertools.product(
        RESOURCES, itertools.combinations(SCOPES, 2)
    ):
        found = effective(resource, [one, other], LISTED)
        turned = effective(resource, [other, one], LISTED)
        assert powers(found) == powers(turned)
        assert bounds(found) == bounds(turned)


def test_what_comes_twice_changes_nothing():
    for resource, scope in itertools.product(RESOURCES, SCOPES):
        once, twice = (effective(resource, [scope] * n, LISTED) for n in (1, 2))
        assert once == twice


def test_a_block_rule_never_widens():
    for rules, access in itertools.product(RULES, ("read", "write")):
        more = (*rules, block("phone"))
        assert {n for n in NAMES if n in field_set(more, access)} <= {
            n for n in NAMES if n in field_set(rules, access)
        }


def test_sets_of_fields_meet_as_sets_do():
    sides = [None, frozenset(), frozenset(("name",)), frozenset(("name", "phone"))]
    blocks = [frozenset(), frozenset(("phone",)), frozenset(NAMES)]
    sets = [FieldSet(*parts) for parts in itertools.product(sides, blocks)]
    for one, other in itertools.product(sets, sets):
        for name in NAMES:
            assert (name in one & other) == (name in one and name in other)


def test_a_nested_record_needs_the_right_that_its_own_path_would_need():
    resource = policy.ResourcePolicy("res.partner", rights=frozenset(("read",)))
    rights = policy.effective(resource)
    policy.require(rights, "read", "#/child_ids/0")
    with pytest.raises(Forbidden) as refusal:
        policy.require(rights, "create", "#/child_ids/0")
    (fault,) = refusal.value.errors
    assert fault.pointer == "#/child_ids/0"
    assert fault.detail == (
        "needs the right to create res.partner, which the API does not grant"
    )


def test_a_refusal_tells_which_right_is_missing_and_whom_to_ask():
    reads = frozenset(("read",))
    scoped = effective(partners(), [ScopePolicy(rights=reads)], LISTED)
    nowhere = effective(partners(rights=reads))
    cases = [(scoped, "your client does not have"), (nowhere, "the API does not grant")]
    for found, giver in cases:
        with pytest.raises(PolicyProblem) as refusal:
            check(OPERATIONS["update"], found)
        assert refusal.value.detail == (
            f"This needs the right to update res.partner, which {giver}."
        )


def test_a_method_that_is_called_in_the_other_way_is_told_its_path():
    found = effective(partners(methods=(PING, CONFIRM)))
    paths = {
        "action_confirm": "res.partner/<ids>/call/action_confirm",
        "ping": "res.partner/call/ping",
    }
    for name, path in paths.items():
        ids = () if "<ids>" in path else (1,)
        with pytest.raises(NotFound, match=path):
            check_method(Target("res.partner", ids, name), found)
