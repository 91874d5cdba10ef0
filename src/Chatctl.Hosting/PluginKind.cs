using System.Reflection;

namespace Chatctl.Hosting;

/// <summary>What a plugin brings.</summary>
public enum PluginKind
{
    /// <summary>Doors of a room: <see cref="ITransportPlugin"/>.</summary>
    Transport,

    /// <summary>A log that several nodes share: <see cref="IBackplanePlugin"/>.</summary>
    Backplane,
}

/// <summary>What a kind of plugin is called, and how an assembly shows that it is one.</summary>
internal static class PluginKinds
{
    /// <summary>The kind in a message.</summary>
    public static string Word(this PluginKind kind) => kind switch
    {
        PluginKind.Transport => "transport",
        PluginKind.Backplane => "backplane",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The class that the assembly names as a plugin of this kind; null if it names none.</summary>
    public static Type? EntryOf(this PluginKind kind, Assembly assembly) => kind switch
    {
        PluginKind.Transport => assembly.GetCustomAttribute<TransportPluginAttribute>()?.PluginType,
        PluginKind.Backplane => assembly.GetCustomAttribute<BackplanePluginAttribute>()?.PluginType,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
