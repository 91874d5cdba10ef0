namespace Chatctl;

/// <summary>
/// Marks an assembly as a transport plugin and names its entry class. It is an attribute, because the host can find that without a look
/// through the assembly's types.
/// </summary>
/// <example><c>[assembly: TransportPlugin(typeof(SelectPlugin))]</c></example>
/// <param name="pluginType">The class that implements <see cref="ITransportPlugin"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TransportPluginAttribute(Type pluginType) : Attribute
{
    /// <summary>The class that implements <see cref="ITransportPlugin"/>.</summary>
    public Type PluginType { get; } = pluginType;
}
