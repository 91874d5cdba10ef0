using System.Diagnostics;
using System.Numerics;

namespace Chatctl.Bench;

/// <summary>
/// Gives the server and the generator a core each, if there are two: on one they would take turns, and each would wait for the other. On
/// Linux an affinity is of the thread that sets it, and of the threads and processes that it starts from then on.
/// </summary>
internal sealed class Cores : IDisposable
{
    private readonly nint _allowed;

    /// <param name="wanted">Whether to do anything at all.</param>
    public Cores(bool wanted)
    {
        if (wanted && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using var self = Process.GetCurrentProcess();
            _allowed = self.ProcessorAffinity;
        }

        IsSplit = BitOperations.PopCount((nuint)_allowed) > 1;
    }

    /// <summary>Whether there are two to give.</summary>
    public bool IsSplit { get; }

    /// <summary>What is started from now on runs on the first core.</summary>
    public void BeServer() => Set(_allowed & -_allowed);

    /// <summary>This thread runs on the last core.</summary>
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
