from . import test_dialect
from . import test_intake
from . import test_shares
from . import test_ticket
