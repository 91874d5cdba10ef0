namespace Chatctl;

/// <summary>
/// Makes servers of one transport. A plugin registers its factory as a keyed service under the transport's name, so choosing a transport
/// is a look-up. It may take services in its constructor, an <c>ILoggerFactory</c> or a <see cref="TimeProvider"/> for instance.
/// </summary>
/// <remarks>Safe for use from any thread; the servers it makes are independent of each other.</remarks>
public interface IBroadcastServerFactory
{
    /// <summary>Makes a server that is not started yet. Does no work that can fail.</summary>
    /// <param name="room">The room it will serve, possibly together with other servers.</param>
    /// <param name="options">Where to listen, and how.</param>
    /// <returns>The server, which the caller disposes.</returns>
    IBroadcastServer Create(IRoom room, ServerOptions options);
}
