using System.Diagnostics;
using System.Numerics;

namespace Chatctl.Bench;

/// <summary>
/// Gives the server and the generator a core each, if there are two. On one core they would take turns, and each would wait for the other.
/// On Linux an affinity belongs to the thread that sets it, and to the threads and processes that this thread starts later.
/// </summary>
internal sealed class Cores : IDisposable
{
    private readonly nint _allowed;

    /// <param name="wanted">Whether to set an affinity at all.</param>
    public Cores(bool wanted)
    {
        if (wanted && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using var self = Process.GetCurrentProcess();
            _allowed = self.ProcessorAffinity;
        }

        IsSplit = BitOperations.PopCount((nuint)_allowed) > 1;
    }

    /// <summary>Whether there are two cores to give.</summary>
    public bool IsSplit { get; }

    /// <summary>Threads and processes that this thread starts from now on run on the first core.</summary>
    public void BeServer() => Set(_allowed & -_allowed);

    /// <summary>Moves this thread to the last core.</summary>
    public void BeGenerator() => Set((nint)(1UL << BitOperations.Log2((nuint)_allowed)));

    /// <inheritdoc/>
    public void Dispose() => Set(_allowed);

    private void Set(nint cores)
    {
        if (IsSplit && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using var self = Process.GetCurrentProcess();
            self.ProcessorAffinity = cores;
        }
    }
}
