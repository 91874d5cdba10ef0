using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Conformance.Venue;

/// <summary>
/// Closes the server's end of a connection as the system does when the server's process dies: under the transport, which is not asked and does not
/// notice. What the peer sees then is what it would see of a death.
/// </summary>
internal static partial class Death
{
    /// <summary>Whether the ends can be found. Only Linux shows a process its descriptors.</summary>
    public static bool CanBeShown => OperatingSystem.IsLinux();

    /// <summary>Closes the server's end of a peer's connection.</summary>
    /// <param name="local">The peer's address, by which the server's end is found.</param>
    public static void Of(EndPoint local)
    {
        // The transport goes on with this in place of its own: a connection that has ended.
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
        // Not disposed: the descriptor is the transport's, and this is only a way to ask about it.
        var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
        try
        {
            return peer.Equals(new Socket(handle).RemoteEndPoint);
        }
        catch (SocketException)
        {
            // It was closed meanwhile, or is not connected.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int with, int descriptor);
}
