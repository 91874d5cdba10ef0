using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Chatctl.Io;

namespace Chatctl.Bench;

/// <summary>epoll(7): a silent socket costs nothing. With the base library's <c>Select</c> every socket costs something. Linux only.</summary>
internal sealed unsafe class Epoll : IReadiness
{
    private const int MostEvents = 512;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(MostEvents * EventSize, pinned: true);
    private readonly int _descriptor;

    /// <exception cref="IOException">No descriptors are left.</exception>
    public Epoll()
    {
        _descriptor = Libc.EpollCreate(Libc.EPOLL_CLOEXEC);
        if (_descriptor < 0)
        {
            throw new IOException($"cannot wait for sockets: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <inheritdoc/>
    public void Add(Socket socket, int number)
    {
        byte* request = stackalloc byte[16];
        Unsafe.WriteUnaligned(request, (uint)Libc.POLLIN);
        Unsafe.WriteUnaligned(request + DataOffset, (long)number);
        if (Libc.EpollControl(_descriptor, Libc.EPOLL_CTL_ADD, (int)socket.Handle, request) != 0)
        {
            throw new IOException($"cannot wait for sockets: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <inheritdoc/>
    public int Wait(Span<int> numbers, int milliseconds)
    {
        fixed (byte* events = _events)
        {
            // If a signal interrupted the wait, nothing is ready, and the caller waits again.
            int count = Math.Max(0, Libc.EpollWait(_descriptor, events, Math.Min(numbers.Length, MostEvents), milliseconds));
            for (int i = 0; i < count; i++)
            {
                numbers[i] = Unsafe.ReadUnaligned<int>(events + (i * EventSize) + DataOffset);
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.Close(_descriptor);
}
