"""Names below `localhost` are this machine (RFC 6761, 6.3), also where the resolver does not know that. The AWS CLI puts the
account in front of the host of a key value store, and of an emulator that stands for it."""
import socket

_getaddrinfo = socket.getaddrinfo


def getaddrinfo(host, *rest, **named):
    return _getaddrinfo("127.0.0.1" if isinstance(host, str) and host.endswith(".localhost") else host, *rest, **named)


socket.getaddrinfo = getaddrinfo
