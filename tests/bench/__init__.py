"""``tests/bench/run SUITE``: real servers under load, compared side by side.

* ``fetch``, ``wrk``: get Debian's load generator, and one short burst of it
* ``case``: what is compared; ``rounds``: many short interleaved bursts; ``ratios``: medians
* ``target``: databases and servers; ``access_log``: what a server says about each request
* ``client``: single requests and the web client's calls; ``table``: printing
* ``endpoint_suite``: the suite of the endpoint addons

Another suite is another ``<name>_suite`` with ``main(options)``, and an addon in ``addons``
(which is never released) with what it compares with.
"""
