#!/usr/bin/python3
"""The client of twisted_relay. It forwards standard input to the socket, and the socket to standard output, like netcat. When the input ends
it half-closes. It ends when the server closes. chatctl descends from this program, which is written again here for the comparison.

Usage: twisted_client.py PORT
"""

import sys

from twisted.internet import error, interfaces, protocol, reactor, stdio
from zope.interface import implementer


@implementer(interfaces.IHalfCloseableProtocol)
class Terminal(protocol.Protocol):
    """Standard input and output."""

    def __init__(self, server):
        self.server = server

    def dataReceived(self, data):
        self.server.transport.write(data)

    def readConnectionLost(self):
        self.server.transport.loseWriteConnection()

    def writeConnectionLost(self):
        self.server.transport.abortConnection()

    def connectionLost(self, reason=protocol.connectionDone):
        # All output has been written by now.
        reactor.stop()


class Server(protocol.Protocol):
    """The connection."""

    def connectionMade(self):
        self.terminal = Terminal(self)
        stdio.StandardIO(self.terminal)

    def dataReceived(self, data):
        self.terminal.transport.write(data)

    def connectionLost(self, reason=protocol.connectionDone):
        if not reason.check(error.ConnectionDone):
            self.factory.fail(reason)
        self.terminal.transport.loseConnection()


class Connector(protocol.ClientFactory):
    protocol = Server
    exit_code = 0

    def clientConnectionFailed(self, connector, reason):
        self.fail(reason)
        reactor.stop()

    def fail(self, reason):
        print(f"twisted_client: {reason.getErrorMessage()}", file=sys.stderr)
        self.exit_code = 1


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: twisted_client.py PORT")
    factory = Connector()
    reactor.connectTCP("127.0.0.1", int(sys.argv[1]), factory)
    reactor.run()
    sys.exit(factory.exit_code)


main()
