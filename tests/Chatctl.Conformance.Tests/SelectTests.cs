using Chatctl.Transport.Async;
using Chatctl.Transport.Select;

namespace Chatctl.Conformance.Tests;

public sealed class SelectTests : TransportConformance
{
    protected override ITransportPlugin Plugin => new SelectPlugin();

    protected override ITransportPlugin SecondPlugin => new AsyncPlugin();
}
