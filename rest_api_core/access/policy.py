"""What a caller may do with a resource: an intersection, never a union. No Odoo here.

Each party grants something: the resource, each scope, the client. ``effective`` is
what all of them grant. Odoo's own rights (ACL, record rules, field groups) come on top
and are checked elsewhere.

    effective = resource ∩ scope ∩ client
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any, Literal

from ..operations import Operation, Right
from ..wire.call import Target
from ..wire.problem import Forbidden, NotFound, PolicyProblem, ScopeInsufficient

Access = Literal["read", "write"]
Domain = Sequence[Any]  # as Odoo writes it, a list of leaves and operators

RIGHTS: frozenset[Right] = frozenset(
    ("read", "create", "update", "delete", "archive", "restore")
)
_READ: frozenset[Right] = frozenset(("read",))

# Models that hold credentials, rights, code or our own set-up: each with all below it
# ("res.users" is res.users.apikeys too). A resource of one needs ``sensitive``.
SENSITIVE = tuple(
    "api.log auth auth_totp base bus certificate change.password endpoint fetchmail"
    " google iap ir mail.guest mail.push microsoft payment res.config res.device"
    " res.groups res.users rest webhook".split()
)
_FAMILIES = tuple(f"{family}." for family in SENSITIVE)


def is_sensitive(model: str) -> bool:
    """Whether no resource exposes this model without saying so explicitly."""
    return f"{model}.".startswith(_FAMILIES)


@dataclass(frozen=True)
class FieldRule:
    """``allow`` these fields alone, or ``block`` them, for read, write or both."""

    mode: Literal["allow", "block"]
    access: Literal["read", "write", "both"]
    fields: frozenset[str]


@dataclass(frozen=True)
class FieldSet:
    """Names of fields: all (None) or the allowed ones, without the blocked ones."""

    allowed: frozenset[str] | None = None
    blocked: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        known = self.allowed is None or name in self.allowed
        return known and name not in self.blocked

    def __and__(self, other: FieldSet) -> FieldSet:
        """The fields that are in both."""
        sets = [s.allowed for s in (self, other) if s.allowed is not None]
        allowed = reduce(and_, sets) if sets else None
        return FieldSet(allowed, self.blocked | other.blocked)


def field_set(rules: Iterable[FieldRule], access: Access) -> FieldSet:
    """The fields that the rules of one party leave.

    Several allow rules of a party add up; a block rule wins over them.
    """
    meant = [rule for rule in rules if rule.access in (access, "both")]
    allow = [rule.fields for rule in meant if rule.mode == "allow"]
    block = [rule.fields for rule in meant if rule.mode == "block"]
    nothing: frozenset[str] = frozenset()
    return FieldSet(nothing.union(*allow) if allow else None, nothing.union(*block))


@dataclass(frozen=True)
class MethodRule:
    """A method that may be called.

    :param readonly: it writes nothing, so read-only clients may call it
    :param on_records: called as ``/<ids>/call/<name>``, else without ids
    """

    name: str
    readonly: bool = False
    on_records: bool = True


@dataclass(frozen=True)
class ResourcePolicy:
    """What an API exposes of a model. ``sensitive`` lifts the list of that name."""

    model: str
    rights: frozenset[Right] = RIGHTS
    domain: Domain = ()
    rules: tuple[FieldRule, ...] = ()
    methods: tuple[MethodRule, ...] = ()
    delete_mode: Literal["archive", "unlink"] = "archive"
    sensitive: bool = False

    @property
    def exposed(self) -> bool:
        return self.sensitive or not is_sensitive(self.model)

    def method(self, name: str) -> MethodRule | None:
        return next((rule for rule in self.methods if rule.name == name), None)


@dataclass(frozen=True)
class ScopePolicy:
    """What a client may do with one resource; methods only by name."""

    rights: frozenset[Right] = frozenset()
    domain: Domain = ()
    rules: tuple[FieldRule, ...] = ()
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ClientPolicy:
    """What holds for a client whatever the resource.

    ``all_resources`` spares it the scopes; one that exists narrows nevertheless.
    When and from where it may come is checked with its credentials.
    """

    all_resources: bool = False
    read_only: bool = False

    def with_key(self, read_only: bool) -> ClientPolicy:
        """What is left of it for a key that can only read, or for any other."""
        return replace(self, read_only=self.read_only or read_only)


@dataclass(frozen=True)
class Grant:
    """What one party permits; ``&`` is what both permit."""

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

    All ``domains`` hold at once: combine them by AND.
    """

    resource: ResourcePolicy
    grant: Grant

    @property
    def domains(self) -> tuple[Domain, ...]:
        return self.grant.domains

    def may(self, right: Right) -> bool:
        return right in self.grant.rights

    def may_read(self, name: str) -> bool:
        """Whether the rules show a field; ``id`` is what answers consist of."""
        return name == "id" or name in self.grant.readable

    def may_write(self, name: str) -> bool:
        return name in self.grant.writable

    def method(self, name: str) -> MethodRule | None:
        """The rule of a method that may be called."""
        return self.resource.method(name) if name in self.grant.methods else None


def effective(
    resource: ResourcePolicy,
    scopes: Sequence[ScopePolicy] = (),
    client: ClientPolicy | None = None,
) -> EffectivePolicy | None:
    """The rights on a resource, None when the caller is not to know that it exists.

    :param scopes: those of the client for this resource; several narrow together
    :param client: None for sessions and Basic, which have the resource's own rules
    """
    if not resource.exposed:
        return None
    if client is None:
        return EffectivePolicy(resource, _of_resource(resource))
    if not (scopes or client.all_resources):
        return None
    grants = [_of_resource(resource), *map(_of_scope, scopes)]
    return EffectivePolicy(resource, reduce(and_, grants, _of_client(client, resource)))


def _of_resource(resource: ResourcePolicy) -> Grant:
    return _grant(resource.rights, (rule.name for rule in resource.methods), resource)


def _of_scope(scope: ScopePolicy) -> Grant:
    return _grant(scope.rights, scope.methods, scope)


def _grant(
    rights: frozenset[Right],
    methods: Iterable[str],
    party: ResourcePolicy | ScopePolicy,
) -> Grant:
    return Grant(
        rights=rights,
        methods=frozenset(methods),
        domains=(party.domain,) if party.domain else (),
        readable=field_set(party.rules, "read"),
        writable=field_set(party.rules, "write"),
    )


def _of_client(client: ClientPolicy, resource: ResourcePolicy) -> Grant:
    """A read-only client reads, and calls what only reads."""
    reads = client.read_only
    names = (rule.name for rule in resource.methods if rule.readonly or not reads)
    return Grant(_READ if reads else RIGHTS, frozenset(names))


def check(operation: Operation, policy: EffectivePolicy | None) -> None:
    """Let the operation pass, or raise what the caller is told.

    NotFound where there is no policy, as for a missing record; ScopeInsufficient where
    the resource permits what scope or client do not; else Forbidden.
    """
    if policy is None:
        raise NotFound()
    missing = operation.rights - policy.grant.rights
    if missing:
        raise _error(policy, missing)


def require(policy: EffectivePolicy, right: Right, pointer: str) -> None:
    """Raise what ``check`` would, for a record that a body changes at this pointer."""
    if not policy.may(right):
        raise _error(policy, frozenset((right,)), pointer)


def check_method(target: Target, policy: EffectivePolicy) -> MethodRule:
    """The rule of the method to call. Unknown, private and not listed methods get the
    same error."""
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
        raise NotFound(f"The path of this method is {path}/call/{target.name}.")
    return rule


def _error(
    policy: EffectivePolicy, missing: frozenset[Right], pointer: str = ""
) -> PolicyProblem:
    """It tells whom to ask: who runs the API, or who has set up the client."""
    offered = missing <= policy.resource.rights
    error = ScopeInsufficient if offered else Forbidden
    giver = "your client does not have" if offered else "the API does not give"
    rights = f"{' and '.join(sorted(missing))} {policy.resource.model}"
    detail = f"needs the right to {rights}, which {giver}"
    return error.at_pointer(pointer, detail) if pointer else error(f"This {detail}.")
