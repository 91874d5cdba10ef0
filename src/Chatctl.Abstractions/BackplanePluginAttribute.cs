namespace Chatctl;

/// <summary>Marks an assembly as a backplane plugin and names its entry class.</summary>
/// <example><c>[assembly: BackplanePlugin(typeof(RedisPlugin))]</c></example>
/// <param name="pluginType">The class that implements <see cref="IBackplanePlugin"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class BackplanePluginAttribute(Type pluginType) : Attribute
{
    /// <summary>The class that implements <see cref="IBackplanePlugin"/>.</summary>
    public Type PluginType { get; } = pluginType;
}
