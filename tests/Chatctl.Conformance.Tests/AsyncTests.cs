using Chatctl.Transport.Async;
using Chatctl.Transport.SocketAsyncEventArgs;

namespace Chatctl.Conformance.Tests;

public sealed class AsyncTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new AsyncPlugin();

    protected override ITransportPlugin SecondPlugin => new SaeaPlugin();
}
