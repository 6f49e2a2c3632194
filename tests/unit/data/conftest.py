"""What the tests of data sets share."""

import http.server
import threading

import pytest

from gan_studio.data.base import DataContext


@pytest.fixture
def context(tmp_path):
    return DataContext(tmp_path / "cache")


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        content = self.server.files.get(self.path)
        self.server.asked.append(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *arguments):
        """The test's output is no place for a server's log."""


@pytest.fixture
def server():
    """A web server on this machine: `files` by path, `asked` paths, and its `url`."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Handler) as served:
        served.files, served.asked = {}, []
        served.url = f"http://127.0.0.1:{served.server_port}"
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.shutdown()
        thread.join()
