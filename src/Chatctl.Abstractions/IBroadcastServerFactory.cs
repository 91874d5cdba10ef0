namespace Chatctl;

/// <summary>
/// Makes servers of one transport. A plugin registers its factory as a keyed service under the transport's name, so the host finds a transport
/// by its name. The factory may take services in its constructor, for instance an <c>ILoggerFactory</c> or a <see cref="TimeProvider"/>.
/// </summary>
/// <remarks>Safe for use from any thread. The servers that it makes are independent of each other.</remarks>
public interface IBroadcastServerFactory
{
    /// <summary>Makes a server and does not start it. It does no work that can fail.</summary>
    /// <param name="room">The room that the server will serve, perhaps together with other servers.</param>
    /// <param name="options">Where to listen, and how.</param>
    /// <returns>The server. The caller disposes it.</returns>
    IBroadcastServer Create(IRoom room, ServerOptions options);
}
