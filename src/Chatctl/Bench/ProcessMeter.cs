using System.Diagnostics;
using Chatctl.Cli;

namespace Chatctl.Bench;

/// <summary>Reads how much CPU time and memory a process has used.</summary>
internal sealed class ProcessMeter : IDisposable
{
    private readonly Process _process;

    /// <param name="process">Disposed with this.</param>
    public ProcessMeter(Process process) => _process = process;

    /// <summary>User and kernel time since the process started. Linux counts in steps of 10 ms. Null if it cannot be read.</summary>
    public TimeSpan? Cpu => Read(process => process.TotalProcessorTime);

    /// <summary>Resident memory, in bytes. Null if it cannot be read.</summary>
    public long? Memory => Read(process => process.WorkingSet64);

    /// <summary>Finds a process.</summary>
    /// <exception cref="UsageException">There is no such process, or this process may not read its figures.</exception>
    public static ProcessMeter Find(int id)
    {
        try
        {
            var meter = new ProcessMeter(Process.GetProcessById(id));
            return meter.Cpu is null ? throw new ArgumentException("gone") : meter;
        }
        catch (ArgumentException)
        {
            throw new UsageException($"--pid: there is no process {id}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private T? Read<T>(Func<Process, T> figure)
        where T : struct
    {
        try
        {
            _process.Refresh();
            return figure(_process);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // The process has ended, or may not be read. There is no figure then. The connections show whether it has ended.
            return null;
        }
    }
}
