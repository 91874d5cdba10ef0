namespace Chatctl.Conformance.Venue;

/// <summary>A limit for every wait, so that a failure is a message and not a run that hangs. It is far longer than any step takes.</summary>
internal static class Watchdog
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // How long nothing must happen to count as "nothing happens". If this is too short, a fact proves less, but never fails.
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    // The same, for a server that might act after its own patience: longer than that patience.
    public static readonly TimeSpan LongMoment = TimeSpan.FromSeconds(1.5);

    /// <summary>Fails the fact if the task takes too long.</summary>
    public static Task<T> Guard<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task<T> Guard<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task Guard(this Task task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task Guard(this ValueTask task) => task.AsTask().WaitAsync(Patience);

    /// <summary>Waits until a condition is true.</summary>
    /// <param name="isSo">The condition.</param>
    /// <param name="what">The condition in words: "all members have left".</param>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"this has not happened in {Patience.TotalSeconds} s: {what}");
            await Task.Delay(1);
        }
    }
}
