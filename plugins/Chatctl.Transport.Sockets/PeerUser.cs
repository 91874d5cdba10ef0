using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>The user of this machine that a peer of a Unix socket runs as. Linux only.</summary>
internal static unsafe partial class PeerUser
{
    // SOL_SOCKET and SO_PEERCRED, and the offset of the user's number in struct ucred.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsBytes = 12;
    private const int UserAt = 4;

    private const int OutOfRange = 34;
    private const int LargestEntry = 1 << 20;

    // A struct passwd begins with the pointer to the name, and is smaller than this on every system.
    private const int EntryBytes = 128;

    /// <summary>Asks the system who has connected. Who the peer was then counts, also if it has handed the socket on or changed its user since.</summary>
    /// <param name="socket">An accepted socket.</param>
    /// <returns>The user's name, or the number of a user without a name; null if the system does not say it, as for every TCP peer.</returns>
    public static string? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily != AddressFamily.Unix)
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[CredentialsBytes];
        try
        {
            return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == CredentialsBytes ? NameOf(BitConverter.ToUInt32(credentials[UserAt..])) : null;
        }
        catch (SocketException)
        {
            // The connection has failed meanwhile. Nobody is known then, and the first receive tells the rest.
            return null;
        }
    }

    private static string NameOf(uint user)
    {
        byte* entry = stackalloc byte[EntryBytes];
        for (int size = 1024; size <= LargestEntry; size *= 2)
        {
            byte[] buffer = new byte[size];
            byte* found;
            int error;
            fixed (byte* memory = buffer)
            {
                error = FindUser(user, entry, memory, (nuint)size, &found);
                if (error == 0 && found != null && Marshal.PtrToStringUTF8(*(nint*)entry) is { Length: > 0 } name)
                {
                    return name;
                }
            }

            if (error != OutOfRange)
            {
                break;
            }
        }

        return $"{user}";
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int FindUser(uint user, byte* entry, byte* buffer, nuint size, byte** found);
}
