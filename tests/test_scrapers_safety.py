"""Which addresses a crawl may connect to, without any network: spelling by spelling, answer by answer."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.utils.test import get_crawler
from twisted.internet.address import IPv4Address, IPv6Address

from scrapers.safety import (
    PRIVATE,
    AddressGuard,
    AddressRefused,
    PublicResolver,
    is_public,
    literal_address,
    why_refused,
)

LOOPBACK_SPELLINGS = (
    "127.0.0.1 127.1 127.0.1 127.000.000.001 0177.0.0.1 0177.1 017700000001 0x7f.0.0.1 0x7f.1 0x7F000001 2130706433"
    " 127.0.0.1. 127.8.9.10 localhost localhost. LOCALHOST LocalHost. news.localhost [::1] [0:0:0:0:0:0:0:1]"
    " [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [2002:7f00:1::] [64:ff9b::7f00:1]"
    " 0.0.0.0 0 0x0 [::]"
).split()
PRIVATE_SPELLINGS = (
    "10.0.0.1 10.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 0xc0a80001 3232235521 100.64.0.1"
    " 169.254.169.254 169.254.1 2852039166 0xa9fea9fe 0251.0376.0251.0376 [::ffff:169.254.169.254]"
    " [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe] [fd00:ec2::254] [fe80::1] [fe80::1%25eth0] [fc00::1] [fec0::1] [ff02::1]"
    " 168.63.129.16 100.100.100.200 192.0.0.192 198.18.0.1 203.0.113.7 224.0.0.1 240.0.0.1 255.255.255.255"
    " [2001:db8::1] [2001::1] [100::1] [1::1]"
).split()
PUBLIC = "93.184.216.34 1.1.1.1 8.8.8.8 172.32.0.1 172.15.255.255 192.169.0.1 100.128.0.1 11.0.0.1".split()
PUBLIC_6 = "2606:2800:220:1:248:1893:25c8:1946 2a00:1450:4001:82a::200e ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS + PRIVATE_SPELLINGS)
def test_a_private_address_is_refused_in_every_spelling(host: str) -> None:
    for url in (f"http://{host}/", f"https://{host}:8443/story?x=1"):
        reason = why_refused(url, allow_private=False)
        assert reason is not None, url
        assert reason.startswith(PRIVATE), url
    assert why_refused(f"http://{host}/", allow_private=True) is None


@pytest.mark.parametrize("host", [*PUBLIC, *(f"[{host}]" for host in PUBLIC_6), "example.org", "xn--bcher-kva.example"])
def test_the_open_internet_is_not_refused(host: str) -> None:
    assert why_refused(f"https://{host}/story", allow_private=False) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.org@127.0.0.1/", "user name in the address"),
        ("http://user:secret@example.org/", "user name in the address"),
        ("http://127.0.0.1\\@example.org/", "user name in the address"),
        ("file:///etc/passwd", "not an http or https address"),
        ("ftp://example.org/", "not an http or https address"),
        ("data:text/html,x", "not an http or https address"),
        ("s3://bucket/x", "not an http or https address"),
        ("javascript:alert(1)", "not an http or https address"),
        ("//example.org/x", "not an http or https address"),
        ("example.org/x", "not an http or https address"),
        ("", "not an http or https address"),
        ("http://", "not a valid host name"),
        ("http:///story", "not a valid host name"),
        ("http://..", "not a valid host name"),
        (f"http://{'a' * 64}.example/", "not a valid host name"),
        ("http://[::1", "not a valid address"),
        ("http://example.org:http/", "not a valid address"),
        ("http://example.org:99999/", "not a valid address"),
    ],
)
def test_what_is_no_web_address_is_refused_whatever_is_allowed(url: str, reason: str) -> None:
    assert why_refused(url, allow_private=True) == why_refused(url, allow_private=False) == reason


@given(st.ip_addresses())
def test_an_address_is_public_in_all_its_disguises_or_in_none(address: Any) -> None:
    assert literal_address(str(address)) == address
    if address.version == 4:
        mapped = ip_address(f"::ffff:{address}")
        nat64 = ip_address(f"64:ff9b::{address}")
        six_to_four = ip_address((0x2002 << 112) | (int(address) << 80))
        assert is_public(mapped) == is_public(nat64) == is_public(six_to_four) == is_public(address)


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    for url in (text, f"http://{text}/"):
        assert why_refused(url, allow_private=False) is None or "\n" not in str(why_refused(url, allow_private=False))


class Changing:
    """A name server whose answer is another one each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: Any) -> object:  # noqa: N802
        receiver.resolutionBegan(self)
        for host in self.answers.pop(0):
            receiver.addressResolved((IPv6Address if ":" in host else IPv4Address)("TCP", host, port))
        receiver.resolutionComplete()
        return self


class Asking:
    """What Twisted's endpoint does: takes the addresses it would connect to."""

    def __init__(self) -> None:
        self.addresses: list[str] | None = None
        self._found: list[str] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self._found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.addresses = self._found


def looked_up(resolver: Any, name: str) -> list[str] | None:
    asking = Asking()
    resolver.resolveHostName(asking, name, 80)
    return asking.addresses


def test_an_answer_that_changes_is_judged_each_time() -> None:
    resolver = PublicResolver(Changing(["93.184.216.34"], ["127.0.0.1"], ["::ffff:10.0.0.1"], ["93.184.216.34"]))
    assert looked_up(resolver, "rebind.example") == ["93.184.216.34"]
    assert resolver.refused == {}
    assert looked_up(resolver, "rebind.example") == []
    assert resolver.refused == {"rebind.example": "127.0.0.1"}
    assert looked_up(resolver, "rebind.example") == []
    assert looked_up(resolver, "rebind.example") == ["93.184.216.34"]
    assert resolver.refused == {}


def test_of_mixed_answers_only_the_public_ones_are_passed_on() -> None:
    resolver = PublicResolver(Changing(["10.0.0.1", "1.1.1.1", "fe80::1%eth0", "2a00:1450:4001:82a::200e", "::1"]))
    assert looked_up(resolver, "mixed.example") == ["1.1.1.1", "2a00:1450:4001:82a::200e"]


def test_a_name_nobody_knows_is_not_called_private() -> None:
    resolver = PublicResolver(Changing([]))
    assert looked_up(resolver, "missing.example") == []
    assert resolver.refused == {}


def test_only_the_proxy_somebody_configured_may_be_private() -> None:
    resolver = PublicResolver(Changing(["10.0.0.1"], ["10.0.0.1"]), trusted=frozenset({"proxy.example"}))
    assert looked_up(resolver, "proxy.example") == ["10.0.0.1"]
    assert looked_up(resolver, "other.example") == []


def test_a_page_cannot_send_a_crawl_to_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    guard = AddressGuard.from_crawler(get_crawler())
    with pytest.raises(AddressRefused, match="proxy"):
        guard.process_request(Request("http://proxy.example:9200/"))


def test_refused_names_do_not_pile_up() -> None:
    resolver = PublicResolver(Changing(*(["127.0.0.1"] for _ in range(3000))))
    for number in range(3000):
        looked_up(resolver, f"host{number}.example")
    assert len(resolver.refused) <= 1000
