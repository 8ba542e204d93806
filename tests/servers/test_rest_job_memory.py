"""A job with many rows takes no more memory than one with few."""

import kit
import psutil
import pytest
from rest_setup import ROOT, set_up
from web_client import wait_until

from .conftest import OPTIONS
from .test_rest_jobs import Client, Command

MIB = 2**20
MOST = 48 * MIB  # a batch of records, and a part of the file in two copies
ROWS = 300_000 if kit.IS_FULL else 60_000
SET_UP = """
expose("res.partner.industry")
result = make_client(make_user("memory"))
env.cr.execute('''
    INSERT INTO res_partner_industry (name, full_name, active)
    SELECT jsonb_build_object('en_US', 'Industry ' || n),
           jsonb_build_object('en_US', repeat('x', 200)), true
      FROM generate_series(1, %s) n''', [ROWS])
result["rows"] = env["res.partner.industry"].search_count([])
""".replace("ROWS", str(ROWS))
EXPORT = f"{ROOT}/res.partner.industry/export?fields=name,full_name"


@pytest.fixture(scope="module")
def database():
    name = kit.create_database(modules=["rest_api_core"])
    yield name
    kit.drop_database(name)


@pytest.fixture(scope="module", autouse=True)
def log_of():
    """Not that of the two servers."""


@pytest.mark.slow
def test_memory_is_flat(database, tmp_path):
    known = set_up(database, SET_UP)
    command = Command(database, tmp_path / "jobs.log", "--threads=1")
    try:
        with kit.Server(database, extra=OPTIONS) as server:
            client = Client(server, known["key"])
            # what a first job loads stays
            client.ended(client.start(f"{EXPORT}&limit=2000"))
            process = psutil.Process(command.process.pid)
            sizes = [process.memory_info().rss]
            path = client.start()

            def is_over():
                sizes.append(process.memory_info().rss)
                return client.status(path) != 202

            wait_until(is_over, "the export", seconds=300)
            (output,) = client.ended(path).json()["output"]
            assert output["count"] == known["rows"]
            server_process = psutil.Process(server.process.pid)
            before = server_process.memory_info().rss
            url = output["url"]
            response = client.ask(url, stream=True)
            size = sum(len(piece) for piece in response.iter_content(MIB))
            assert size == int(response.headers["Content-Length"]) > ROWS * 200
            assert server_process.memory_info().rss - before < MOST
    finally:
        command.stop()
    assert max(sizes) - sizes[0] < MOST
    print(f"{(max(sizes) - sizes[0]) / MIB:.1f} MiB")
