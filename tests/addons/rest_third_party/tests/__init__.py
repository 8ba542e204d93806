from . import test_dialect
from . import test_ticket
