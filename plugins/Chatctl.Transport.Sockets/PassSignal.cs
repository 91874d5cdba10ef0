namespace Chatctl.Transport.Sockets;

/// <summary>
/// Whether a thread that works in passes has to be roused: most announcements come while it is passing anyway, and cost nothing then.
/// </summary>
/// <remarks>
/// The order in a pass: <see cref="Begin"/> just before looking at what may have changed, <see cref="TrySleep"/> after. An announcement that
/// comes too late for this pass then makes another one.
/// </remarks>
public sealed class PassSignal
{
    private const int Asleep = 0;
    private const int Passing = 1;
    private const int Announced = 2;

    private int _state = Passing;

    /// <summary>Something may have changed. From any thread.</summary>
    /// <returns>Whether the thread sleeps, and the caller has to rouse it.</returns>
    public bool Announce() => Interlocked.Exchange(ref _state, Announced) == Asleep;

    /// <summary>All that was announced before this is about to be looked at. On the passing thread.</summary>
    public void Begin() => Interlocked.Exchange(ref _state, Passing);

    /// <summary>Whether the thread may sleep: false if something was announced since <see cref="Begin"/>. On the passing thread.</summary>
    public bool TrySleep() => Interlocked.CompareExchange(ref _state, Asleep, Passing) == Passing;
}
