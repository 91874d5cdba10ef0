namespace Chatctl.Conformance.Tests;

public sealed class UnixOnlyTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new UnixOnlyPlugin();

    protected override TransportCapabilities Capabilities => TransportCapabilities.UnixSockets;
}
