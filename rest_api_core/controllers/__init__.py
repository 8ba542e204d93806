from . import custom, main
