from . import ir_http
from . import third_party_app
from . import third_party_endpoint
