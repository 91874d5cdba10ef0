namespace Chatctl;

public interface ITransportPlugin
{
    string Name { get; }

    string AddedInVersionNine { get; }
}

[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TransportPluginAttribute(Type pluginType) : Attribute
{
    public Type PluginType { get; } = pluginType;
}
