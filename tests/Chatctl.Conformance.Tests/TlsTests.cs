using Chatctl.Transport.Select;
using Chatctl.Transport.Tls;

namespace Chatctl.Conformance.Tests;

public sealed class TlsTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new TlsPlugin();

    protected override ITransportPlugin SecondPlugin => new SelectPlugin();

    protected override TransportCapabilities Capabilities => TransportCapabilities.Tcp | TransportCapabilities.IPv6 | TransportCapabilities.Resets;
}
