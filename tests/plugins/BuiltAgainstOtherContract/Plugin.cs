using BuiltAgainstOtherContract;
using Chatctl;

[assembly: TransportPlugin(typeof(Plugin))]

namespace BuiltAgainstOtherContract;

public sealed class Plugin : ITransportPlugin
{
    public Plugin() => throw new InvalidOperationException("the plugin was made though its contract does not fit");

    public string Name => "other-contract";

    public string AddedInVersionNine => "";
}
