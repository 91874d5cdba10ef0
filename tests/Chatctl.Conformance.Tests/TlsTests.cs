using System.Security.Authentication;
using Chatctl.Transport.Select;

namespace Chatctl.Conformance.Tests;

public sealed class TlsTests : TlsConformance
{
    protected override ITransportPlugin SecondPlugin => new SelectPlugin();

    protected override SslProtocols TlsVersions => SslProtocols.Tls13;
}
