"""Nothing we call from inside reaches what stands inside, however it is spelled, whoever says so."""

import ast
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from core_db.foundation.egress import CallRefused, Egress, egress_from, is_public
from tests.contracts.house import modules, nodes

PUBLIC = "93.184.215.14"
#: What only the way out may import or call.
OURS_TO_CALL = {
    "http.client", "smtplib", "urllib.request", "httpx", "httpx2", "requests", "aiohttp", "urllib3", "ftplib",
    "poplib", "imaplib", "telnetlib", "xmlrpc.client", "websockets.client", "websockets.sync.client",
    "websockets.asyncio.client",
}  # fmt: skip
CALLS = {"create_connection", "open_connection", "urlopen", "sock_connect"}

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3",
    "169.254.169.254", "169.254.0.23", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "168.63.129.16",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1", "100::1", "2001::7f00:1", "2001:db8::1", "2001:10::1", "2002:7f00:1::", "2002:a00:1::",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
SPELLED = [
    "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1", "127.0.1", "0", "0.0.0.0.",
    "127.0.0.1.", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "127.0.0.1%00", "[::1]", "::1%lo", "fe80::1%eth0",
    "local host", "localhost\n", "a@127.0.0.1", "127.0.0.1#.example", "ⓛocalhost", "localhoſt", "-x.example", "",
    "a..b", "x" * 300, "1.2.3.4.5", "00000127.0.0.1", "127.0.0.1:80",
]  # fmt: skip


class Refusing(AssertionError):
    """A test was about to call somebody."""


def never_dialled(_address, _timeout):
    raise Refusing


def going(*answers, dialled=None):
    """A way out whose resolver gives these answers in turn, and that dials nobody."""
    told = iter(answers)

    def dial(address, _timeout):
        if dialled is None:
            raise Refusing
        dialled.append(address)
        raise ConnectionRefusedError

    return Egress(resolve=lambda _host, _port: next(told), dial=dial)


class Loopback(BaseHTTPRequestHandler):
    """Whoever reaches it has got inside."""

    protocol_version = "HTTP/1.1"
    reached: ClassVar[list[str]] = []
    drips = False

    def do_GET(self):
        self.reached.append(f"{self.path} {self.headers['Host']}")
        if self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while self.drips:
                time.sleep(0.05)
                self.wfile.write(b"X: y\r\n")
            return
        body = b"x" * 5000
        self.send_response(302 if self.path == "/302" else 200)
        self.send_header("Location", f"http://{self.headers['Host']}/inside")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            return

    def finish(self):
        try:
            super().finish()
        except OSError:
            return


@pytest.fixture
def loopback(loopback_server):
    """The port of a listener on 127.0.0.1 that notes whoever reaches it."""
    return loopback_server.server_port


@pytest.fixture
def loopback_server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Loopback)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Loopback.reached, Loopback.drips = [], True
    yield server
    Loopback.drips = False
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_called_however_one_comes_by_it(address):
    host = f"[{address}]" if ":" in address else address

    assert not is_public(ip_address(address))
    with pytest.raises(CallRefused):
        going().request("GET", f"http://{host}/", timeout=1)
    with pytest.raises(CallRefused):
        going([address]).connect("inside.example", 443, timeout=1)
    with pytest.raises(CallRefused):
        going([PUBLIC, address]).connect("half-inside.example", 443, timeout=1)


@pytest.mark.parametrize("host", SPELLED, ids=ascii)
def test_a_strange_spelling_is_no_host(host):
    with pytest.raises(CallRefused):
        Egress(dial=never_dialled).connect(host, 80, timeout=1)


def test_the_table_is_long_enough():
    assert len(INSIDE) + len(SPELLED) >= 70


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost."])
def test_a_name_of_this_machine_is_looked_up_and_refused(host, loopback):
    with pytest.raises(CallRefused):
        egress_from("").connect(host, loopback, timeout=1)
    with pytest.raises(CallRefused):
        Egress().connect(host, 80, timeout=1)
    assert Loopback.reached == []


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111", "2400:3200::1", "100.63.255.255"]
)
def test_an_address_of_the_wide_world_is_called(address):
    dialled = []

    with pytest.raises(ConnectionRefusedError):
        going([address], dialled=dialled).connect("gateway.example", 443, timeout=1)

    assert dialled == [(address, 443)]


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 8080, 11211])
def test_other_ports_are_not_called(port):
    with pytest.raises(CallRefused):
        going([PUBLIC]).connect("gateway.example", port, timeout=1)


def test_a_name_that_changes_its_address_is_dialled_where_it_was_looked_at():
    dialled = []

    with pytest.raises(ConnectionRefusedError):
        going([PUBLIC], ["127.0.0.1"], dialled=dialled).connect("rebind.example", 80, timeout=1)

    assert dialled == [(PUBLIC, 80)]


def test_a_redirect_is_an_answer_and_not_an_order(loopback):
    away = egress_from(f"127.0.0.1:{loopback}")

    reply = away.request("GET", f"http://127.0.0.1:{loopback}/302", timeout=5)

    assert reply.status == 302
    assert Loopback.reached == [f"/302 127.0.0.1:{loopback}"]


def test_the_name_stays_in_the_header_while_the_address_is_dialled(loopback):
    away = Egress(
        allowed=egress_from(f"127.0.0.0/8:{loopback}").allowed, resolve=lambda _host, _port: ["127.0.0.1"]
    )

    assert away.request("GET", f"http://gateway.example:{loopback}/", timeout=5).status == 200
    assert Loopback.reached == [f"/ gateway.example:{loopback}"]


def test_an_answer_is_cut_off_at_the_size_that_was_wanted(loopback):
    away = egress_from(f"127.0.0.1:{loopback}")

    assert len(away.request("GET", f"http://127.0.0.1:{loopback}/", timeout=5, most=100).body) == 100


def test_an_answer_that_drips_is_ended_in_time(loopback):
    away, began = egress_from(f"127.0.0.1:{loopback}"), time.monotonic()

    with pytest.raises(TimeoutError):
        away.request("GET", f"http://127.0.0.1:{loopback}/drip", timeout=0.5)

    assert time.monotonic() - began < 5


def test_what_an_operator_wrote_himself_may_be_inside_a_name_may_not(loopback):
    literal = Egress().also("127.0.0.1", loopback)
    named = Egress(resolve=lambda _host, _port: ["127.0.0.1"]).also("relay.example", loopback)

    assert literal.request("GET", f"http://127.0.0.1:{loopback}/", timeout=5).status == 200
    with pytest.raises(CallRefused):
        literal.connect("127.0.0.1", loopback + 1, timeout=1)
    with pytest.raises(CallRefused):
        literal.connect("127.0.0.2", loopback, timeout=1)
    with pytest.raises(CallRefused):
        named.connect("relay.example", loopback, timeout=1)


def test_a_network_inside_is_called_where_an_operator_allows_it():
    dialled = []
    away = going(["10.1.2.3"], ["fd00::5"], ["10.2.0.1"], ["::ffff:10.1.2.3"], dialled=dialled)
    away = Egress(
        allowed=egress_from("10.1.0.0/16:2525, [fd00::5]").allowed, resolve=away.resolve, dial=away.dial
    )

    for host, port in (("a.lan", 2525), ("b.lan", 443)):
        with pytest.raises(ConnectionRefusedError):
            away.connect(host, port, timeout=1)
    with pytest.raises(CallRefused):
        away.connect("c.lan", 2525, timeout=1)
    with pytest.raises(ConnectionRefusedError):
        away.connect("d.lan", 2525, timeout=1)
    assert dialled == [("10.1.2.3", 2525), ("fd00::5", 443), ("::ffff:a01:203", 2525)]


@pytest.mark.parametrize("said", ["10.0.0.0/33", "relay.lan", "10.0.0.1:99:1", "*"])
def test_a_network_that_is_none_stops_the_start(said):
    with pytest.raises(ValueError, match="SHEQUYUN_EGRESS_ALLOWED"):
        egress_from(said)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://a.example/", "ftp://a.example/", "//a.example/", "http://"]
)
def test_nothing_but_http_is_spoken(url):
    with pytest.raises(CallRefused):
        Egress(dial=never_dialled).request("GET", url, timeout=1)


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for gateway.example that this test's machine trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gateway.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file = tmp_path / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.fixture
def secured(loopback_server, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loopback_server.socket = context.wrap_socket(
        loopback_server.socket, server_side=True, do_handshake_on_connect=False
    )
    return loopback_server.server_port


def at_home(port):
    allowed = egress_from(f"127.0.0.0/8:{port}").allowed
    return Egress(allowed=allowed, resolve=lambda _host, _port: ["127.0.0.1"])


def test_the_name_is_what_the_certificate_has_to_be_for(secured):
    away = at_home(secured)

    assert away.request("GET", f"https://gateway.example:{secured}/", timeout=5).status == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        away.request("GET", f"https://elsewhere.example:{secured}/", timeout=5)
    assert Loopback.reached == [f"/ gateway.example:{secured}"]


def test_a_secured_answer_that_drips_is_ended_in_time_too(secured):
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        at_home(secured).request("GET", f"https://gateway.example:{secured}/drip", timeout=1.5)

    assert time.monotonic() - began < 10


@contextmanager
def a_mail_server():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet():
            line, _from = listener.accept()
            with line:
                line.sendall(b"220 here\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_mail_takes_the_same_way(loopback):
    with pytest.raises(CallRefused):
        going(["127.0.0.1"]).also("relay.example", 25).mail("relay.example", 25, timeout=1)
    with a_mail_server() as port:
        line = Egress().also("127.0.0.1", port).mail("127.0.0.1", port, timeout=5)
        line.close()


def calls_out(its_nodes):
    for node in its_nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in OURS_TO_CALL)
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
            yield from names & OURS_TO_CALL
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            yield node.attr


def test_nobody_else_calls_anybody():
    calling = {path: found for path, tree in modules().items() if (found := set(calls_out(nodes(tree))))}

    # The two ends of the pipe between the host and a worker that it has begun itself.
    pipe = {"plugins/host/child.py", "plugins/host/line.py"}
    assert set(calling) == {"core_db/foundation/egress.py", *pipe}


@pytest.mark.parametrize(
    "planted",
    ["import smtplib", "from urllib.request import urlopen", "from urllib import request", "import http.client",
     "from http import client", "import httpx", "socket.create_connection(x)"],
)  # fmt: skip
def test_whoever_calls_on_his_own_is_found(planted):
    assert list(calls_out(ast.walk(ast.parse(planted))))
