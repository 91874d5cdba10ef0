using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>Finds the sockets that can be read. Only one thread uses it, and disposes it after the last wait.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Creates the cheapest kind that this system has.</summary>
    static IReadiness Create() => OperatingSystem.IsLinux() ? new Epoll() : new Polling();

    /// <summary>Starts to watch a socket.</summary>
    /// <param name="socket">The socket. It is watched until it is disposed.</param>
    /// <param name="number">Stands for it. The socket that had this number before, if any, must have been disposed.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    void Add(Socket socket, int number);

    /// <summary>Waits until at least one socket can be read.</summary>
    /// <param name="numbers">Receives the numbers of the sockets that can be read, as many as fit.</param>
    /// <param name="milliseconds">How long to wait at most. 0: do not wait.</param>
    /// <returns>How many numbers were written.</returns>
    int Wait(Span<int> numbers, int milliseconds);
}
