namespace Chatctl.Conformance.Venue;

/// <summary>A bound on every wait, so that a failure is a message and not a run that hangs. Far above what anything takes.</summary>
internal static class Watchdog
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // How long nothing has to happen until it counts as "nothing happens". Only ever makes a fact prove less, never fail.
    public static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    // The same for a server whose own patience may be at an end: longer than what one would have of its own.
    public static readonly TimeSpan LongMoment = TimeSpan.FromSeconds(1.5);

    /// <summary>Fails the fact if the task takes too long.</summary>
    public static Task<T> Guard<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task<T> Guard<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task Guard(this Task task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Guard{T}(Task{T})"/>
    public static Task Guard(this ValueTask task) => task.AsTask().WaitAsync(Patience);

    /// <summary>Waits until something is so.</summary>
    /// <param name="isSo">What.</param>
    /// <param name="what">The same in words: "everybody has left".</param>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"it has not come to this in {Patience.TotalSeconds} s: {what}");
            await Task.Delay(1);
        }
    }
}
