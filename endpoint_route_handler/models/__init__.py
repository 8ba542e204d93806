from . import endpoint_route_sync_mixin
from . import endpoint_route_state
from . import endpoint_route_check
from . import endpoint_route_handler
from . import endpoint_route_handler_tool
from . import ir_http
from . import ir_http_serving
from . import ir_model
