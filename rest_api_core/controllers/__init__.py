from . import custom, endpoints, main
