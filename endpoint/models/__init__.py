from . import endpoint_synced
from . import endpoint_definition
from . import endpoint_body
from . import endpoint_request
from . import endpoint_mixin
from . import endpoint_endpoint
from . import res_users
from . import ir_http_variables
