"""A Redis of Debian's package on a free port, that keeps nothing on disk."""

import contextlib
import shutil
import subprocess

import debian
import kit
from web_client import wait_until


class RedisServer:
    """Start and stop it at will; ``url`` stays the same."""

    def __init__(self):
        debian.ensure_installed({"redis-server": "redis-server"})
        self.port = kit.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = None

    def start(self):
        command = [shutil.which("redis-server"), "--port", str(self.port)]
        command += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis to answer")
        return self

    def _answers(self):
        import redis

        with contextlib.suppress(redis.ConnectionError):
            return self.client().ping()

    def client(self):
        """A client that sees everything in it."""
        import redis

        return redis.Redis.from_url(self.url)

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None
