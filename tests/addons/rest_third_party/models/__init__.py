from . import rest_api
from . import rest_authentication
from . import rest_dialect_jsonrpc
from . import rest_json_ids
from . import rest_operations
from . import third_party_intake
from . import third_party_ticket
