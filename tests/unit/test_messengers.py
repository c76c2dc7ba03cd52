"""Messengers: a command that gets the news, and an address that it is posted to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from starsend.production.messengers import CommandMessenger, NotDelivered, PostMessenger
from starsend.settings import environ_without_keys


def test_a_command_gets_the_news_on_its_input_and_in_its_environment_and_no_keys(tmp_path: Path) -> None:
    keys = {"FAL_KEY": "marked-1", "GEMINI_API_KEY": "marked-2", "GOOGLE_API_KEY": "marked-3", "FAL_KEY_SECRET": "m-4"}
    environ = environ_without_keys({"PATH": "/usr/bin:/bin", "HOME": "/home/ada", **keys})
    out = tmp_path / "out"
    messenger = CommandMessenger(f'(cat; echo; echo "$STARSEND_EVENT|$STARSEND_MESSAGE|$HOME"; env) > "{out}"', environ)
    message = 'a "quoted" $(touch nothing) line\nand é'
    messenger.deliver("waits", message, {"event": "waits", "message": message})
    told = out.read_text("utf-8")
    assert json.loads(told.splitlines()[0]) == {"event": "waits", "message": message}
    assert f"waits|{message}|/home/ada" in told
    assert "marked" not in told
    assert "m-4" not in told


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("echo it is late >&2; exit 3", "the command ended with code 3: it is late"),
        ("no-such-program-at-all", "the command ended with code 127"),
        ("kill -9 $$", "the command ended with code -9"),
    ],
)
def test_a_command_that_fails_is_not_delivered(command: str, said: str) -> None:
    with pytest.raises(NotDelivered, match=said):
        CommandMessenger(command, {"PATH": "/usr/bin:/bin"}).deliver("ended", "x", {})


def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    messenger = CommandMessenger(f'sleep 60 & echo $! > "{pid}"; wait', {"PATH": "/usr/bin:/bin"}, timeout_s=0.5)
    with pytest.raises(NotDelivered, match=r"took longer than 0\.5 s and was ended"):
        messenger.deliver("ended", "x", {})
    assert gone(int(pid.read_text()))


def gone(pid: int) -> bool:
    """Whether a process has ended, waiting a little for it; a zombie that nobody fetches counts as ended."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_what_a_command_leaves_in_the_background_does_not_hold_us(tmp_path: Path) -> None:
    begun = time.monotonic()
    CommandMessenger("sleep 30 & exit 0", {"PATH": "/usr/bin:/bin"}).deliver("ended", "x", {})
    assert time.monotonic() - begun < 25


def test_a_stopped_messenger_ends_its_command() -> None:
    messenger = CommandMessenger("sleep 100", {"PATH": "/usr/bin:/bin"})
    stopper = threading.Timer(0.3, messenger.stop)
    stopper.start()
    begun = time.monotonic()
    with pytest.raises(NotDelivered, match="code -9"):
        messenger.deliver("ended", "x", {})
    stopper.join()
    assert time.monotonic() - begun < 90


@dataclass
class Mailbox:
    """A web address that keeps what is posted to it."""

    url: str
    posts: list[tuple[str, dict[str, str], bytes]]


@contextmanager
def mailbox(status: int = 200, location: str = "", body: bytes = b"") -> Iterator[Mailbox]:
    posts: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((self.path, dict(self.headers), data))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Mailbox(f"http://127.0.0.1:{server.server_port}/hook", posts)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_address_gets_one_post_of_json() -> None:
    with mailbox(204) as box:
        PostMessenger(box.url).deliver("waits", "m", {"event": "waits", "message": "m"})
    ((path, headers, body),) = box.posts
    assert path == "/hook"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"event": "waits", "message": "m"}


def test_a_redirect_is_not_followed_and_the_address_is_not_named() -> None:
    with mailbox() as other, mailbox(307, other.url) as box:
        with pytest.raises(NotDelivered) as caught:
            PostMessenger(box.url).deliver("waits", "m", {})
        assert str(caught.value) == "the address answered 307"
        assert (len(box.posts), other.posts) == (1, [])


@pytest.mark.parametrize("status", [404, 500, 429])
def test_another_answer_than_yes_is_not_delivered_and_not_tried_again(status: int) -> None:
    with mailbox(status) as box:
        with pytest.raises(NotDelivered, match=f"answered {status}"):
            PostMessenger(box.url).deliver("waits", "m", {})
        assert len(box.posts) == 1


def test_an_address_where_nobody_is_names_only_the_kind_of_error() -> None:
    with mailbox() as box:
        pass
    with pytest.raises(NotDelivered) as caught:
        PostMessenger(box.url).deliver("waits", "m", {})
    assert str(caught.value) == "the address can't be posted to: ConnectError"
    assert "hook" not in repr(PostMessenger(box.url))
