namespace Chatctl.Transport.Sockets;

/// <summary>
/// Tells whether a thread that works in passes has to be woken. Most announcements come during a pass, and cost nothing then.
/// </summary>
/// <remarks>
/// In a pass, <see cref="Begin"/> comes just before the thread looks at what may have changed, and <see cref="TrySleep"/> comes after. So an
/// announcement that comes too late for this pass causes another one.
/// </remarks>
public sealed class PassSignal
{
    private const int Asleep = 0;
    private const int Passing = 1;
    private const int Announced = 2;

    private int _state = Passing;

    /// <summary>Announces that something may have changed. From any thread.</summary>
    /// <returns>Whether the thread sleeps, and the caller must wake it.</returns>
    public bool Announce() => Interlocked.Exchange(ref _state, Announced) == Asleep;

    /// <summary>Begins a pass, which will see everything that was announced before. On the thread of the passes.</summary>
    public void Begin() => Interlocked.Exchange(ref _state, Passing);

    /// <summary>Whether the thread may sleep: false if something was announced since <see cref="Begin"/>. On the thread of the passes.</summary>
    public bool TrySleep() => Interlocked.CompareExchange(ref _state, Asleep, Passing) == Passing;
}
