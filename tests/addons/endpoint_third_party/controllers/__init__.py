from . import app
from . import endpoint
