from rest_api_core.orm.quiet import unlogged


class Cursor:
    def __init__(self):
        self.calls = []

    def execute(self, query, params=None, log_exceptions=True):
        self.calls.append((query, params, log_exceptions))


def test_statements_are_not_logged_when_they_fail():
    cursor = Cursor()
    with unlogged(cursor):
        cursor.execute("a")
        cursor.execute("b", (1,))
        cursor.execute("c", None, True)
        cursor.execute("d", params=(2,), log_exceptions=True)
    cursor.execute("e")
    assert cursor.calls == [
        ("a", None, False),
        ("b", (1,), False),
        ("c", None, False),
        ("d", (2,), False),
        ("e", None, True),
    ]
    assert "execute" not in vars(cursor)


def test_somebody_else_may_watch_the_cursor_too():
    cursor, seen = Cursor(), []

    def watched(*args, **options):
        seen.append(args[0])
        return Cursor.execute(cursor, *args, **options)

    cursor.execute = watched
    with unlogged(cursor):
        cursor.execute("a")
    assert cursor.execute is watched
    assert seen == ["a"]
    assert cursor.calls == [("a", None, False)]
