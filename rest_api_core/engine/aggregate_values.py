"""Rows of groups as JSON."""

import functools

import pytz

from odoo import models

from ..body import values
from ..query.aggregate import PART_NUMBERS
from ..query.periods import end

_RELATIONS = ("many2one", "many2many")


class RestAggregateValues(models.AbstractModel):
    _name = "rest.aggregate.values"
    _description = "REST values of aggregates"

    def _documents(self, context, model_name, aggregation, rows):
        """A document for each row, in the forms that records have.

        A relation is ``{"id", "display_name"}``, a period ``{"from", "to"}``.
        """
        columns = list(zip(*rows, strict=True)) if rows else []
        groups = len(aggregation.groups)
        written = [
            self._group(context, model_name, group, column)
            for group, column in zip(aggregation.groups, columns, strict=False)
        ]
        for each, column in zip(aggregation.aggregates, columns[groups:], strict=False):
            write = _or_null(values.WRITERS[each.result])
            written.append([write(value) for value in column])
        keys = [each.key for each in (*aggregation.groups, *aggregation.aggregates)]
        return [dict(zip(keys, row, strict=True)) for row in zip(*written, strict=True)]

    def _group(self, context, model_name, group, column):
        if group.type in _RELATIONS:
            comodel = self._comodel(model_name, group.path)
            ids = {record_id for record_id in column if record_id}
            names = self.env["rest.names"]._names(context, comodel, ids)
            column = [each and (each, names.get(each)) for each in column]
            write = values.WRITERS["many2one"]
        elif group.part in PART_NUMBERS:
            write = int
        elif group.part:
            write = functools.partial(_period, group, _zone(context))
        else:
            write = values.WRITERS[group.type]
        write = _or_null(write)
        return [write(value) for value in column]

    def _comodel(self, model_name, path):
        for name in path.split("."):
            model_name = self.env[model_name]._fields[name].comodel_name
        return model_name


def _or_null(write):
    return lambda value: None if value is None else write(value)


def _zone(context):
    """The time zone that Odoo groups by: that of the user, if it is a known one."""
    name = context.env.context.get("tz")
    return pytz.timezone(name) if name in pytz.all_timezones_set else pytz.utc


def _period(group, zone, begin):
    """``{"from", "to"}``: dates, or times in UTC; the second is behind the period."""
    behind = end(begin, group.part)
    write = values.WRITERS[group.type]
    if group.type == "datetime":
        begin, behind = _instant(zone, begin), _instant(zone, behind)
    return {"from": write(begin), "to": write(behind)}


def _instant(zone, local):
    """The first moment, in UTC, at which clocks show a local time or a later one."""
    try:
        moment = zone.localize(local, is_dst=None)
    except pytz.AmbiguousTimeError:
        moment = zone.localize(local, is_dst=True)  # they show it twice
    except pytz.NonExistentTimeError:
        moment = zone.localize(local, is_dst=False)  # they skip it
    except OverflowError:
        return local  # the end of the calendar
    try:
        return moment.astimezone(pytz.utc)
    except OverflowError:
        return local
