"""T37: the proxy of `docs/proxy/nginx.conf` in front of a real server: TLS, slow senders, whose address it is.

The file is run as it stands, but for names, ports, certificates and, in the gate, shorter patience.
"""

import asyncio
import datetime
import json
import shutil
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.asyncio.client import connect

from tests.browser.servers import free_port
from tests.databases import SqliteDatabases
from tests.drills.house import LONG, Place, size

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SHIPPED = Path(__file__).parents[2] / "docs" / "proxy" / "nginx.conf"
NAME = "residents.example"
SLOW, ASKED = size(quick=60, long=500), size(quick=40, long=400)
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")


class Proxy:
    """nginx with the shipped file in front of one server."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.port, self.plain = free_port(), free_port()
        self.certificate = _certificate(folder)

    def start(self) -> None:
        self.folder.joinpath("shequyun.conf").write_text(self._adapted(), encoding="utf-8")
        main = self.folder / "nginx.conf"
        main.write_text(
            f"daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 4096; }}\nhttp {{ access_log off; {self._own_folders()}\n"
            f"include {self.folder}/shequyun.conf; }}\n",
            encoding="utf-8",
        )
        self.process = subprocess.Popen(
            [str(NGINX), "-p", str(self.folder), "-c", str(main)], stderr=subprocess.PIPE
        )

    def _own_folders(self) -> str:
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds)

    def _adapted(self) -> str:
        said = SHIPPED.read_text(encoding="utf-8")
        here = {
            "127.0.0.1:8000": f"127.0.0.1:{self.place.port}", "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
        }  # fmt: skip
        for name in (NAME, "committee.example"):
            here[f"/etc/ssl/{name}.pem"] = here[f"/etc/ssl/private/{name}.key"] = str(self.certificate)
        if not LONG:
            here |= {"header_timeout 10s": "header_timeout 1s", "body_timeout 10s": "body_timeout 1s"}
        for shipped, ours in here.items():
            assert shipped in said, shipped
            said = said.replace(shipped, ours)
        return said

    @property
    def tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = True
        return context

    def client(self, **more: object) -> httpx2.AsyncClient:
        """Somebody who comes through the proxy, under the name of the house."""
        return httpx2.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}", verify=self.tls, timeout=30,
            headers={"Host": f"{NAME}:{self.port}"}, **more,
        )  # fmt: skip

    async def await_up(self) -> None:
        async with self.client() as client:
            for _attempt in range(600):
                with suppress(httpx2.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                assert self.process.poll() is None, self.folder.joinpath("error.log").read_text(
                    encoding="utf-8"
                )
                await asyncio.sleep(0.05)
        raise AssertionError("the proxy never let anybody through")


def _certificate(folder: Path) -> Path:
    """Key and certificate of a house of this name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "house.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture(scope="module")
def proxy(_sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    with _sqlite.fresh(folder) as url:
        place = Place(url=url, folder=folder, port=free_port(), flags=("--behind-proxy",))
        found = Proxy(place, folder)
        place.more = {
            "SHEQUYUN_RESIDENT_URL": f"https://{NAME}:{found.port}", "SHEQUYUN_CODES_PER_ADDRESS": "2",
        }  # fmt: skip
        place.start()
        found.start()
        asyncio.run(found.await_up())
        yield found
        found.process.terminate()
        found.process.communicate(timeout=30)
        place.kill()


def test_slow_senders_hold_nobody_up_and_are_let_go(proxy: Proxy):
    took: list[float] = []

    async def slow(n: int) -> bytes:
        """Begins a request and says no more; what it hears at last."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", proxy.port, ssl=proxy.tls, server_hostname=NAME
        )
        head = f"POST /api/v1/cases HTTP/1.1\r\nHost: {NAME}:{proxy.port}\r\nContent-Length: 9999\r\n"
        writer.write((head + "\r\n{" if n % 2 else head).encode())
        await writer.drain()
        try:
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def healthy() -> None:
        async with proxy.client() as client:
            for _n in range(ASKED):
                begun = time.monotonic()
                assert (await client.get("/healthz")).status_code == 200
                took.append(time.monotonic() - begun)

    async def scene() -> list[bytes]:
        waiting = [asyncio.create_task(slow(n)) for n in range(SLOW)]
        await healthy()
        return await asyncio.gather(*waiting)

    said = asyncio.run(scene())

    assert not [one for one in said if b" 20" in one[:16]]
    assert len(took) == ASKED
    if LONG:
        assert sorted(took)[len(took) * 99 // 100] < 0.5


def test_pages_are_led_to_tls_and_programs_refused(proxy: Proxy):
    plain = f"http://127.0.0.1:{proxy.plain}"
    with httpx2.Client(headers={"Host": NAME}) as client:
        page = client.get(f"{plain}/cases?after=1")
        program = client.get(f"{plain}/api/v1/cases")
        form = client.post(f"{plain}/report", content=b"text=x")

    assert (page.status_code, page.headers["location"]) == (301, f"https://{NAME}/cases?after=1")
    assert (program.status_code, form.status_code) == (403, 403)


def test_old_tls_is_not_spoken(proxy: Proxy):
    old = proxy.tls
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        # That it is out of date is the point.
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    async def knock() -> None:
        await asyncio.open_connection("127.0.0.1", proxy.port, ssl=old, server_hostname=NAME)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        asyncio.run(knock())


def test_only_suites_that_forget_their_keys_and_seal_what_they_send_are_spoken(proxy: Proxy):
    """Each suite a client may know is offered alone: at TLS 1.2, where the server's list decides."""
    every = ssl.create_default_context()
    every.set_ciphers("ALL:@SECLEVEL=0")
    known = {one["name"] for one in every.get_ciphers() if one["protocol"] != "TLSv1.3"}

    async def speaks(suite: str) -> bool:
        alone = proxy.tls
        alone.set_ciphers(f"{suite}:@SECLEVEL=0")
        alone.minimum_version = alone.maximum_version = ssl.TLSVersion.TLSv1_2
        try:
            _reader, writer = await asyncio.open_connection(
                "127.0.0.1", proxy.port, ssl=alone, server_hostname=NAME
            )
        except (ssl.SSLError, ConnectionError):
            return False
        writer.close()
        return True

    async def spoken() -> set[str]:
        return {suite for suite in known if await speaks(suite)}

    assert len(known) > 20
    # The house's own key is an elliptic one.
    assert asyncio.run(spoken()) == {
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
    }  # fmt: skip


def test_an_address_that_was_made_up_counts_for_nothing(proxy: Proxy):
    async def ask() -> list[int]:
        async with proxy.client() as client:
            return [await asked(client, n) for n in range(3)]

    async def asked(client: httpx2.AsyncClient, n: int) -> int:
        forged = {"X-Forwarded-For": f"203.0.113.{n}"}
        answer = await client.post("/api/v1/session/code", json={"phone": f"1390000111{n}"}, headers=forged)
        return answer.status_code

    assert asyncio.run(ask())[2] == 429


def test_a_page_stays_live_through_the_proxy(proxy: Proxy):
    token = proxy.place.tokens(1)[0]

    async def listen() -> dict:
        async with connect(
            f"wss://{NAME}:{proxy.port}/live", host="127.0.0.1", ssl=proxy.tls, origin=f"https://{NAME}:{proxy.port}",
            additional_headers={"Cookie": f"__Host-shequyun_resident={token}"},
        ) as socket:  # fmt: skip
            return json.loads(await socket.recv())

    assert asyncio.run(listen())["type"] == "hello"
