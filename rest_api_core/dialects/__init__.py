from . import base
from . import v1
from . import token
from . import oauth
from . import oauth_pages
