using Chatctl.Transport.Select;
using Chatctl.Transport.SocketAsyncEventArgs;

namespace Chatctl.Conformance.Tests;

public sealed class SaeaTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new SaeaPlugin();

    protected override ITransportPlugin SecondPlugin => new SelectPlugin();
}
