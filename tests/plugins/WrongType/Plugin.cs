using Chatctl;
using WrongType;

[assembly: TransportPlugin(typeof(Plugin))]

namespace WrongType;

/// <summary>It looks like a plugin, but does not implement the contract.</summary>
public sealed class Plugin
{
    public override string ToString() => "a plugin";
}
