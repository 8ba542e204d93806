"""What ``setup/demo`` and ``setup/test`` stand on.

Both commands go through the same two stages:

* ``bootstrap`` runs on the machine's own Python, with nothing but the standard
  library: find or fetch Odoo (``odoo``, ``apt``) and build a virtual environment
  (``interpreter``, ``uv``).
* ``demo`` or ``testing`` then runs inside that environment: start PostgreSQL
  (``postgres``, ``binaries``), copy databases (``database``, ``templates``),
  start servers (``server``).
"""
