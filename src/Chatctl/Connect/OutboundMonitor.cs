using System.Diagnostics;
using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>
/// What the threads of the sending side share: its state, its connection and its outbox. Every member is used under the <see cref="Gate"/>. A method
/// that waits releases it meanwhile.
/// </summary>
/// <param name="outbox">It brings the gate.</param>
/// <param name="retries">Whether another connection may follow one that is lost.</param>
/// <param name="isGiven">Whether the input is sent to its end in any case: see <see cref="LocalStreams.IsGiven"/>.</param>
internal sealed class OutboundMonitor(IOutbox outbox, bool retries, bool isGiven)
{
    /// <summary>
    /// Guards everything here. No thread waits for the system while it holds it. Sending happens outside of it, in the state <see cref="Sending"/>: no
    /// other thread moves what is in the outbox then.
    /// </summary>
    public object Gate => outbox.Gate;

    /// <summary>What was read and may still have to be sent.</summary>
    public IOutbox Outbox => outbox;

    /// <summary>What the sending side is doing.</summary>
    public OutboundState State { get; private set; } = Unstarted;

    /// <summary>The connection to send over; null while there is none.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>Whether the client has asked to stop.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Why the input could not be read; null if it could.</summary>
    public IOException? InputFailure { get; private set; }

    /// <summary>Whether to read no more of the input, because the client has asked to stop.</summary>
    public bool MayStop => IsStopping && !outbox.IsMidLine && !isGiven;

    /// <summary>Whether nothing is being sent, and no more input will be taken for it, once the client has asked to stop.</summary>
    public bool IsAtRest => State == Waiting && !outbox.IsMidLine && !isGiven;

    /// <summary>Changes the state; nothing else does.</summary>
    public void Move(OutboundState next)
    {
        Debug.Assert(Monitor.IsEntered(Gate), "the state changes only under the gate");
        Debug.Assert(OutboundStates.Allows(State, next), $"{next} does not follow {State}");
        State = next;
        Monitor.PulseAll(Gate);
    }

    /// <summary>There is another connection now, or none.</summary>
    public void Use(Connection? connection)
    {
        Connection = connection;
        Monitor.PulseAll(Gate);
    }

    /// <summary>The client asks to stop.</summary>
    public void AskToStop()
    {
        IsStopping = true;
        Monitor.PulseAll(Gate);
    }

    /// <summary>The input cannot be read.</summary>
    public void Fail(IOException failure)
    {
        InputFailure = failure;
        Move(Failed);
        Connection?.Interrupt();
    }

    /// <summary>Waits for a connection that has not failed.</summary>
    /// <returns>Null if there will be none.</returns>
    public Connection? AwaitConnection()
    {
        while (Connection is null or { SendError: not 0 })
        {
            if (!retries)
            {
                return null;
            }

            Monitor.Wait(Gate);
        }

        return Connection;
    }

    /// <summary>Waits until no thread uses the connection.</summary>
    public void AwaitUse()
    {
        while (State.UsesConnection())
        {
            Monitor.Wait(Gate);
        }
    }

    /// <summary>Waits until there is no assistant. Called where the input thread has a state of its own to leave.</summary>
    public void AwaitAssistant()
    {
        while (State is Assisted or Sending)
        {
            Monitor.Wait(Gate);
        }
    }
}
