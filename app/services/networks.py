"""Where a request comes from, as a salted hash: enough to count, not to know who."""

import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64  # what one household or office is given


def network(address: str | None) -> str | None:
    """Return the network an address belongs to: itself in IPv4, its /64 in IPv6.

    None when it tells nobody from anybody: unreadable, a local socket, or this very machine, which
    is what a proxy looks like until TRUSTED_PROXIES is set.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return None
    prefix = IPV6_PREFIX if found.version == 6 else found.max_prefixlen
    return str(ip_network((found, prefix), strict=False))


def hashed(address: str | None, salt: bytes | None) -> str | None:
    """Return the hash (32 hexadecimal digits) that a network is counted under, or none."""
    found = network(address)
    if found is None or salt is None:
        return None
    return hmac.new(salt, found.encode(), hashlib.sha256).hexdigest()[:32]
