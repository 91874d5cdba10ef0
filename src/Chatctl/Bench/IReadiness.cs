using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>Finds the sockets that can be read. Only one thread uses it, and disposes it after the last wait.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Creates the cheapest kind that this system has.</summary>
    static IReadiness Create() => OperatingSystem.IsLinux() ? new Epoll() : new Polling();

    /// <summary>Starts to watch a socket. The first socket gets the number 0, the next one 1, and so on.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    void Add(Socket socket);

    /// <summary>Waits until at least one socket can be read.</summary>
    /// <param name="numbers">Receives the numbers of the sockets that can be read, as many as fit.</param>
    /// <param name="milliseconds">How long to wait at most. 0: do not wait.</param>
    /// <returns>How many numbers were written.</returns>
    int Wait(Span<int> numbers, int milliseconds);
}
