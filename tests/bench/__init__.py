"""``tests/bench/run SUITE``: real servers under load, compared side by side.

* ``fetch``, ``wrk``: get Debian's load generator, and one short burst of it
* ``case``: what is compared; ``rounds``: short bursts in turns; ``ratios``: medians
* ``target``: databases and servers; ``processes``: their processor time
* ``access_log``: what a server says about each request
* ``client``: single requests and the web client's calls; ``requests_once``: warming up
* ``inside``: processor time of a request in one process, and profiles
* ``report``, ``table``: printing
* ``before``, ``side``: this tree against another clone, for "as fast as before"
* ``endpoint_suite``: the suite of the endpoint addons, with its cases and changes
* ``rest_suite``: the suite of the REST API, with its cases, tables and profiles
* ``addon_file``: what cases share with the addons they compare with

Another suite is another ``<name>_suite`` with ``main(options, wrk)``, named in
``__main__``, and an addon in ``addons`` (never released) with what it compares with.
"""
