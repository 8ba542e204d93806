from . import rest_key_dialog
from . import rest_key_shown
