"""The rights of a caller on a resource: an intersection, never a union. No Odoo here.

Resource, scopes and client each grant rights. ``effective`` is what all of them grant.
Odoo's own rights (ACL, record rules, field groups) are checked elsewhere.

    effective = resource ∩ scope ∩ client
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any, Literal

from ..wire.call import Target
from ..wire.operation import Operation, Right
from ..wire.problem import Forbidden, NotFound, PolicyProblem, ScopeInsufficient
from .context_keys import ContextKey
from .field_rules import FieldRule, FieldSet, field_set, masks_of
from .masking import Masks, joined

Domain = Sequence[Any]  # of Odoo: a list of leaves and operators

RIGHTS: frozenset[Right] = frozenset(
    ("read", "create", "update", "delete", "archive", "restore")
)
_READ: frozenset[Right] = frozenset(("read",))

# Models with credentials, access rights, code or our own configuration, including all
# models whose names begin with them ("res.users": res.users.apikeys, too). A resource
# of such a model needs ``sensitive``.
SENSITIVE = tuple(
    "api.log auth auth_totp base bus certificate change.password endpoint fetchmail"
    " google iap ir mail.guest mail.ice.server mail.push mail.template microsoft"
    " payment res.config res.device res.groups res.users rest theme.ir webhook".split()
)
_FAMILIES = tuple(f"{family}." for family in SENSITIVE)


def is_sensitive(model: str) -> bool:
    """Whether only a resource with ``sensitive`` exposes this model, by its name."""
    # of the family of website only itself: its pages inherit from views
    return model == "website" or f"{model}.".startswith(_FAMILIES)


@dataclass(frozen=True)
class MethodRule:
    """A method that can be called.

    :param readonly: it writes nothing, so read-only clients can call it
    :param on_records: called as ``/<ids>/call/<name>``, otherwise without ids
    :param context: the keys of Odoo's context that a body can set
    """

    name: str
    readonly: bool = False
    on_records: bool = True
    context: tuple[ContextKey, ...] = ()


@dataclass(frozen=True)
class ResourcePolicy:
    """What an API exposes of a model.

    :param sensitive: whether it exposes the model even if that is sensitive
    :param guarded: whether the registry tells that it is; see ``orm/sensitive.py``
    :param context_keys: can be set when records are created
    """

    model: str
    rights: frozenset[Right] = RIGHTS
    domain: Domain = ()
    rules: tuple[FieldRule, ...] = ()
    methods: tuple[MethodRule, ...] = ()
    delete_mode: Literal["archive", "unlink"] = "archive"
    sensitive: bool = False
    guarded: bool = False
    context_keys: tuple[ContextKey, ...] = ()

    @property
    def exposed(self) -> bool:
        return self.sensitive or not (self.guarded or is_sensitive(self.model))

    def method(self, name: str) -> MethodRule | None:
        return next((rule for rule in self.methods if rule.name == name), None)


@dataclass(frozen=True)
class ScopePolicy:
    """The rights of a client on one resource."""

    rights: frozenset[Right] = frozenset()
    domain: Domain = ()
    rules: tuple[FieldRule, ...] = ()
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ClientPolicy:
    """The rights of a client on all resources.

    With ``all_resources`` it needs no scopes; one that exists still narrows its rights.
    Expiration and allowed addresses are checked with its credentials.
    """

    all_resources: bool = False
    read_only: bool = False

    def with_key(self, read_only: bool) -> ClientPolicy:
        """The rights with a key, which can be read-only."""
        return replace(self, read_only=self.read_only or read_only)


@dataclass(frozen=True)
class Grant:
    """What a resource, scope or client grants; ``&`` is what both grant."""

    rights: frozenset[Right]
    methods: frozenset[str]
    domains: tuple[Domain, ...] = ()
    readable: FieldSet = FieldSet()
    writable: FieldSet = FieldSet()

    def __and__(self, other: Grant) -> Grant:
        more = (d for d in other.domains if d not in self.domains)
        return Grant(
            rights=self.rights & other.rights,
            methods=self.methods & other.methods,
            domains=(*self.domains, *more),
            readable=self.readable & other.readable,
            writable=self.writable & other.writable,
        )


@dataclass(frozen=True)
class EffectivePolicy:
    """The rights of one caller on one resource.

    A record must match all ``domains``.
    """

    resource: ResourcePolicy
    grant: Grant

    @property
    def domains(self) -> tuple[Domain, ...]:
        return self.grant.domains

    def may(self, right: Right) -> bool:
        return right in self.grant.rights

    def may_read(self, name: str) -> bool:
        """Whether the rules leave a field readable; ``id`` always is."""
        return name == "id" or name in self.grant.readable

    def may_write(self, name: str) -> bool:
        return name in self.grant.writable

    def method(self, name: str) -> MethodRule | None:
        """The rule of a method, None if it cannot be called."""
        return self.resource.method(name) if name in self.grant.methods else None


def effective(
    resource: ResourcePolicy,
    scopes: Sequence[ScopePolicy] = (),
    client: ClientPolicy | None = None,
) -> EffectivePolicy | None:
    """The rights on a resource; None if it does not exist for the caller.

    :param scopes: those of the client on this resource; each narrows the rights
    :param client: None for sessions and Basic, which have the rights of the resource
    """
    if not resource.exposed:
        return None
    if client is None:
        return EffectivePolicy(resource, _of_resource(resource))
    if not (scopes or client.all_resources):
        return None
    grants = [_of_resource(resource), *map(_of_scope, scopes)]
    return EffectivePolicy(resource, reduce(and_, grants, _of_client(client, resource)))


def field_masks(resource: ResourcePolicy, scopes: Sequence[ScopePolicy] = ()) -> Masks:
    """The fields that rules mask. Those of the resource hold also for a client without
    a scope for it, which may see the fields of a parent through a child."""
    return joined((masks_of(resource.rules), *(masks_of(s.rules) for s in scopes)))


def _of_resource(resource: ResourcePolicy) -> Grant:
    return _grant(resource.rights, (rule.name for rule in resource.methods), resource)


def _of_scope(scope: ScopePolicy) -> Grant:
    return _grant(scope.rights, scope.methods, scope)


def _grant(
    rights: frozenset[Right],
    methods: Iterable[str],
    policy: ResourcePolicy | ScopePolicy,
) -> Grant:
    return Grant(
        rights=rights,
        methods=frozenset(methods),
        domains=(policy.domain,) if policy.domain else (),
        readable=field_set(policy.rules, "read"),
        writable=field_set(policy.rules, "write"),
    )


def _of_client(client: ClientPolicy, resource: ResourcePolicy) -> Grant:
    """A read-only client can only read and call read-only methods."""
    read_only = client.read_only
    names = (rule.name for rule in resource.methods if rule.readonly or not read_only)
    return Grant(_READ if read_only else RIGHTS, frozenset(names))


def check(operation: Operation, policy: EffectivePolicy | None) -> None:
    """Raise an error unless the policy allows the operation.

    It is NotFound without a policy, as for a missing record; ScopeInsufficient if the
    resource grants a right that scope or client do not; otherwise Forbidden.
    """
    if policy is None:
        raise NotFound()
    missing = operation.rights - policy.grant.rights
    if missing:
        raise _error(policy, missing)


def require(policy: EffectivePolicy, right: Right, pointer: str) -> None:
    """Raise the error of ``check`` for a record that a body changes at this pointer."""
    if not policy.may(right):
        raise _error(policy, frozenset((right,)), pointer)


def check_method(target: Target, policy: EffectivePolicy) -> MethodRule:
    """The rule of the method to call. The error is the same for unknown, private and
    unlisted methods."""
    rule = policy.method(target.name)
    if rule is None:
        listed = policy.resource.method(target.name)
        error = ScopeInsufficient if listed else Forbidden
        raise error(
            f"Method '{target.name}' cannot be called through the API. An administrator"
            " may add it to the Methods of its resource."
        )
    if rule.on_records is not bool(target.ids):
        path = f"{target.model}/<ids>" if rule.on_records else target.model
        raise NotFound(
            f"Method '{target.name}' has another path: {path}/call/{target.name}."
        )
    return rule


def _error(
    policy: EffectivePolicy, missing: frozenset[Right], pointer: str = ""
) -> PolicyProblem:
    """The detail says whose rights are missing: those of the client or of the API."""
    exposed = missing <= policy.resource.rights
    error = ScopeInsufficient if exposed else Forbidden
    reason = "your client does not have" if exposed else "the API does not grant"
    rights = f"{' and '.join(sorted(missing))} {policy.resource.model}"
    detail = f"needs the right to {rights}, which {reason}"
    return error.at_pointer(pointer, detail) if pointer else error(f"This {detail}.")
