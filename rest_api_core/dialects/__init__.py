from . import base
from . import v1
