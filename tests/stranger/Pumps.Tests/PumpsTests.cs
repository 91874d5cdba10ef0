using Chatctl;
using Chatctl.Conformance;
using Pumps;

namespace PumpsTests;

public sealed class PumpsTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new PumpsPlugin();

    protected override TransportCapabilities Capabilities => TransportCapabilities.All & ~TransportCapabilities.UnixSockets;
}
