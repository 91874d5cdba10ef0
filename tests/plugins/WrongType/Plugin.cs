using Chatctl;
using WrongType;

[assembly: TransportPlugin(typeof(Plugin))]

namespace WrongType;

/// <summary>Looks like one, and does not say that it is one.</summary>
public sealed class Plugin
{
    public override string ToString() => "a plugin";
}
