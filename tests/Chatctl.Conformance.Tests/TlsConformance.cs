using Chatctl.Transport.Tls;

namespace Chatctl.Conformance.Tests;

/// <summary>The transport <c>tls</c>, in a room with another.</summary>
public abstract class TlsConformance : TransportConformance
{
    protected override ITransportPlugin Plugin => new TlsPlugin();

    protected override TransportCapabilities Capabilities => TransportCapabilities.Tcp | TransportCapabilities.IPv6 | TransportCapabilities.Resets;
}
