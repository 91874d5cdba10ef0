using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>Tells which of many sockets can be read. For one thread, which disposes it after the last wait.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>What is best on this system.</summary>
    static IReadiness Create() => OperatingSystem.IsLinux() ? new Epoll() : new Polling();

    /// <summary>Watches a socket, which from now on has a number: 0 for the first, and so on.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    void Add(Socket socket);

    /// <summary>Waits until at least one can be read.</summary>
    /// <param name="numbers">Takes their numbers, as many as fit.</param>
    /// <param name="milliseconds">How long at most; 0 only looks.</param>
    /// <returns>How many can be.</returns>
    int Wait(Span<int> numbers, int milliseconds);
}
