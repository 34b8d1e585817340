"""Over real sockets: answers that end too early or never, proxies, certificates."""

from __future__ import annotations

import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kit.clock import ManualClock
from kit.loopback import CLOSED, serving
from reelstack.errors import ConfigError, OutcomeUnknown, Unavailable
from reelstack.wire import connection
from reelstack.wire.transport import Transport
from unit.wire.network import Unsigned, call

NAME = "ice.cn-test.example"
ANSWER = b'HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"RequestId":"r"}'
Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """A port on which every connection is talked to like this, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):  # closed at the end of the test
                while True:
                    connected, _ = server.accept()
                    with connected, suppress(OSError):
                        talk(connected)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def heard(connected: socket.socket) -> bytes:
    """A request's head."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connected.recv(4096)
    return found


def transport(url: str) -> Transport:
    return Transport(url, Unsigned(), clock=ManualClock(), random=random.Random(1))


def saying(answer: bytes) -> Talk:
    def talk(connected: socket.socket) -> None:
        heard(connected)
        connected.sendall(answer)

    return talk


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        ANSWER[:-5],
        b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"Req',
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope",
    ],
    ids=["nothing", "half a head", "cut", "half a chunk", "another protocol", "not as encoded"],
)
def test_an_answer_that_is_cut_leaves_open_what_happened(answer: bytes) -> None:
    with (
        listening(saying(answer)) as port,
        transport(f"http://127.0.0.1:{port}") as ours,
        pytest.raises(OutcomeUnknown) as caught,
    ):
        call(ours, idempotent=False)
    assert "look in the cloud's console" in caught.value.hint


def test_a_cut_answer_is_asked_for_again_where_that_is_safe() -> None:
    answers = iter([ANSWER[:-5], ANSWER])

    def talk(connected: socket.socket) -> None:
        heard(connected)
        connected.sendall(next(answers))

    with listening(talk) as port, transport(f"http://127.0.0.1:{port}") as ours:
        assert call(ours) == {"RequestId": "r"}


class Trickle(httpx.SyncByteStream):
    """Bytes that come slowly and never end."""

    def __init__(self, clock: ManualClock, piece: bytes, seconds: float) -> None:
        self.clock, self.piece, self.seconds = clock, piece, seconds

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.clock.move(self.seconds)
            yield self.piece


@pytest.mark.parametrize(("piece", "seconds"), [(b" ", 50.0), (b" " * 2**20, 0.0)], ids=["slow", "long"])
def test_an_answer_that_never_ends_is_given_up(piece: bytes, seconds: float) -> None:
    clock = ManualClock()
    network = httpx.MockTransport(lambda _: httpx.Response(200, stream=Trickle(clock, piece, seconds)))
    ours = Transport("http://h", Unsigned(), clock=clock, random=random.Random(1), transport=network)
    with ours, pytest.raises(OutcomeUnknown, match=r"ReadTimeout|RemoteProtocolError"):
        call(ours, idempotent=False)


def test_every_wait_is_bounded() -> None:
    with connection.open_client("https://h") as client:
        bounds = client.timeout.as_dict()
    assert bounds == {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}


# Proxies and certificates


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without proxies and certificates."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def test_a_proxy_is_used_and_hosts_can_be_excepted(alone: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        proxy.answers["POST /"] = (200, {"RequestId": "r"})
        alone.setenv("HTTP_PROXY", proxy.url)
        with transport(f"http://{NAME}") as ours:
            assert call(ours) == {"RequestId": "r"}
        assert proxy.asked[0].headers["host"] == NAME
        alone.setenv("NO_PROXY", ".example")
        with transport(f"http://{NAME}") as ours, pytest.raises(Unavailable, match="no connection"):
            call(ours)
    assert len(proxy.asked) == 1


def certificate(place: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that nobody signed, as a file, and what a server needs to show it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, both = place / "ca.pem", place / "server.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(private + file.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return file, context


def tunnelling(context: ssl.SSLContext) -> Talk:
    """A proxy that is also what lies behind it: it takes CONNECT, then speaks TLS as the service."""

    def talk(connected: socket.socket) -> None:
        assert heard(connected).startswith(f"CONNECT {NAME}:443 ".encode())
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(connected, server_side=True) as secure:
            heard(secure)
            secure.sendall(ANSWER)

    return talk


def test_a_certificate_file_makes_a_private_authority_trusted_also_behind_a_proxy(
    alone: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, context = certificate(tmp_path)
    with listening(tunnelling(context)) as port:
        alone.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with transport(f"https://{NAME}") as ours, pytest.raises(Unavailable, match="SSL_CERT_FILE") as caught:
            call(ours)
        assert caught.value.code == "CertificateNotTrusted"
        alone.setenv("SSL_CERT_FILE", str(file))
        with transport(f"https://{NAME}") as ours:
            assert call(ours) == {"RequestId": "r"}


def test_a_certificate_file_that_is_none_is_named(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alone.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="SSL_CERT_FILE"):
        transport(f"https://{NAME}")


def test_a_proxy_that_is_not_there_is_told_with_what_to_check(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("HTTPS_PROXY", CLOSED)
    with transport(f"https://{NAME}") as ours, pytest.raises(Unavailable, match="HTTPS_PROXY"):
        call(ours)
