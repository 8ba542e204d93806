from . import rest_authentication
from . import rest_operation
from . import third_party_ticket
