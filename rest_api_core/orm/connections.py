"""Connections to PostgreSQL for what outlives a transaction: rate limits and the log.

They are in autocommit, belong to no request and not to Odoo's pool: a statement costs
one round trip, without what Odoo does to hand out a cursor. Each process and database
has a few of them; who finds none waits. They always go to the primary server.
"""

import contextlib
import os
import threading
import time
import weakref

import psycopg2

from odoo import sql_db

IDLE = 300  # seconds until an unused connection is closed
WAIT = 2  # seconds for a connection, free or new; a statement takes milliseconds
DEAD = ("57P", "08")  # SQLSTATEs of a connection that has ended

_all = weakref.WeakSet()


class Connections:
    """``run(database, work)``; ``setup(cursor)`` is called on each new connection.

    A setup must not change settings: behind a pooler, the session is others' too.
    """

    def __init__(self, size, setup=None):
        self._size, self._setup = size, setup
        self.forget()
        _all.add(self)

    def forget(self):
        """Begin anew: in a fork, what the parent has open is the parent's.

        psycopg2 leaves connections of another process alone when they are collected.
        """
        self._lanes = {}
        self._lock = threading.Lock()
        self._pruned = time.monotonic()

    def run(self, database, work):
        """``work(cursor)``, again on a new connection where a kept one had died.

        Raises psycopg2.Error; whatever is raised, the connection is given up.
        """
        lane = self._lane(database)
        if not lane.slots.acquire(timeout=WAIT):
            raise psycopg2.OperationalError("all connections are in use")
        try:
            return self._run(lane, database, work)
        finally:
            lane.slots.release()

    def _run(self, lane, database, work):
        kept = lane.take()
        if kept is not None:
            try:
                return self._work(lane, kept, work)
            except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
                # killed with its database, by a restart or by a proxy
                if error.pgcode and not error.pgcode.startswith(DEAD):
                    raise
        return self._work(lane, self._connect(database), work)

    def _work(self, lane, connection, work):
        try:
            with connection.cursor() as cr:
                result = work(cr)
        except BaseException:
            connection.close()
            raise
        lane.give_back(connection)
        self._prune()
        return result

    def _connect(self, database):
        _name, options = sql_db.connection_info_for(database)
        connection = psycopg2.connect(connect_timeout=WAIT, **options)
        connection.autocommit = True
        if self._setup:
            with connection.cursor() as cr:
                self._setup(cr)
        return connection

    def _lane(self, database):
        try:
            return self._lanes[database]
        except KeyError:
            return self._lanes.setdefault(database, _Lane(self._size))

    def _prune(self):
        """Once in a while, close what nobody has used for long, of all databases."""
        now = time.monotonic()
        if now < self._pruned + IDLE:
            return
        self._pruned = now
        for lane in list(self._lanes.values()):
            lane.prune(now - IDLE)

    def close(self, database):
        """Close the idle connections to a database, so that it can be dropped."""
        if database in self._lanes:
            self._lanes[database].prune(float("inf"))


class _Lane:
    """The connections to one database; the last used is the first to be used again."""

    def __init__(self, size):
        self.slots = threading.BoundedSemaphore(size)
        self._idle = []

    def take(self):
        """An idle connection, None where there is none. Lists are thread-safe."""
        try:
            return self._idle.pop()[0]
        except IndexError:
            return None

    def give_back(self, connection):
        self._idle.append((connection, time.monotonic()))

    def prune(self, before):
        idle, self._idle = self._idle, []
        for connection, used in idle:
            if used < before:
                with contextlib.suppress(psycopg2.Error):
                    connection.close()
            else:
                self._idle.append((connection, used))


def _forget_all():
    for connections in list(_all):
        connections.forget()


os.register_at_fork(after_in_child=_forget_all)
