"""What an API lets anybody reach: the view of the administrator who configures it."""

from functools import cached_property

from ..access import policy
from .cache import Cache
from .registry_catalog import RegistryCatalog


class AdministratorCatalog(RegistryCatalog):
    """The fields that resources and their rules leave to a caller with all rights.

    It reads the records of this transaction, where ``rest.configuration`` may still
    have what was committed before: a constraint checks what is about to be saved.

    :param resources: the ``rest.resource`` records of one API
    """

    def __init__(self, resources):
        env, api_id = resources.env(su=True), resources.api_id.id
        super().__init__(env, api_id, None, False, Cache(), Cache())
        self.records = resources

    @cached_property
    def resources(self):
        """``{model: configuration.Resource}``, without schemas and defaults: it is
        them that are checked."""
        installed = (each for each in self.records.sudo() if each.model in self.env)
        return {each.model: each._frozen_rights() for each in installed}

    def resource(self, model):
        return self.resources.get(model)

    def named_masks(self):
        rules = self.resources.items()
        return {model: policy.field_masks(each.policy) for model, each in rules}

    def policy(self, model):
        resource = self.resource(model)
        return policy.effective(resource.policy) if resource else None
