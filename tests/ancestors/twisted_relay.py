#!/usr/bin/python3
"""The chat server in Twisted: an event loop, a protocol object for each client, and a factory with the list of clients. It relays each client's
bytes to every client, the sender included. chatctl descends from this program, which is written again here for the comparison.

Usage: twisted_relay.py [PORT]       (default 0: any free port; it prints the port; on this machine only)
"""

import sys

from twisted.internet import error, protocol, reactor


class Client(protocol.Protocol):
    def connectionMade(self):
        self.factory.clients.append(self)

    def connectionLost(self, reason=protocol.connectionDone):
        self.factory.clients.remove(self)

    def dataReceived(self, data):
        for client in self.factory.clients:
            client.transport.write(data)


class Room(protocol.Factory):
    protocol = Client

    def __init__(self):
        self.clients = []


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    try:
        listener = reactor.listenTCP(port, Room(), interface="127.0.0.1")
    except error.CannotListenError as e:
        sys.exit(f"twisted_relay: {e}")
    print(listener.getHost().port, flush=True)
    reactor.run()


main()
