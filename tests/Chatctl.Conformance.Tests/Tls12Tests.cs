using System.Security.Authentication;
using Chatctl.Transport.SocketAsyncEventArgs;

namespace Chatctl.Conformance.Tests;

public sealed class Tls12Tests : TlsConformance
{
    protected override ITransportPlugin SecondPlugin => new SaeaPlugin();

    protected override SslProtocols TlsVersions => SslProtocols.Tls12;
}
