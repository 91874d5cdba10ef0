namespace Chatctl.Tests;

/// <summary>A bound on every wait, so that a failure is a message and not a run that hangs. It is far longer than any wait needs.</summary>
internal static class Watchdog
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Fails the test if the task takes too long.</summary>
    public static Task<T> Guard<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task Guard(this Task task) => task.WaitAsync(Patience);
}
