using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Conformance.Venue;

/// <summary>
/// Closes the server's end of a connection as the system does when the server's process dies. The transport does not notice. The peer sees what it would
/// see if the process died.
/// </summary>
internal static partial class Death
{
    /// <summary>Whether this works here. Only Linux shows a process its descriptors.</summary>
    public static bool CanBeShown => OperatingSystem.IsLinux();

    /// <summary>Closes the server's end of a peer's connection.</summary>
    /// <param name="local">The peer's address. It identifies the server's end.</param>
    public static void Of(EndPoint local)
    {
        // The transport continues with this connection, which has ended, in place of its own.
        using Socket listener = Sockets.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket client = Sockets.For(listener.LocalEndPoint!);
        client.Connect(listener.LocalEndPoint!);
        using Socket substitute = listener.Accept();
        client.Dispose();

        int descriptor = Descriptors.Sockets().Single(candidate => IsConnectedTo(candidate, local));
        Assert.Equal(descriptor, Replace((int)substitute.SafeHandle.DangerousGetHandle(), descriptor));
    }

    private static bool IsConnectedTo(int descriptor, EndPoint peer)
    {
        // Not disposed, because the descriptor belongs to the transport.
        var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
        try
        {
            return peer.Equals(new Socket(handle).RemoteEndPoint);
        }
        catch (SocketException)
        {
            // It was closed in the meantime, or is not connected.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int with, int descriptor);
}
