from . import endpoint_test
