using Chatctl.Io;
using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>The thread that reads the input, sends it, and ends. Everything here runs on it.</summary>
/// <param name="shared">What the threads of the sending side share.</param>
/// <param name="sender">Sends what was read.</param>
/// <param name="ending">What to do when nothing more is read.</param>
/// <param name="local">Has the input.</param>
/// <param name="lineEndings">Changes the ends of lines; null to leave them.</param>
internal sealed class InputThread(OutboundMonitor shared, OutboundSender sender, OutboundEnding ending, LocalStreams local, LineEndings? lineEndings)
{
    /// <summary>Runs to the end of the input, and until everything was sent.</summary>
    public void Run()
    {
        try
        {
            while (ReadMore())
            {
                if (!sender.SendAll(Holding, Waiting))
                {
                    return;
                }
            }
        }
        catch (IOException e)
        {
            lock (shared.Gate)
            {
                shared.AwaitAssistant();
                shared.Fail(e);
            }

            return;
        }

        ending.Run();
    }

    /// <summary>From <see cref="Waiting"/> to <see cref="Holding"/>, or to <see cref="Finishing"/>.</summary>
    /// <returns>False at the end of the input, and when the client asked to stop.</returns>
    private bool ReadMore()
    {
        if (!AwaitSpace())
        {
            return true;
        }

        if (StopsHere())
        {
            return false;
        }

        // First wait, then read. A program that gets the input after this one would miss bytes that were read here and not sent.
        bool hasBytes = (local.Input as DescriptorStream)?.AwaitBytes() ?? false;
        Memory<byte> space;
        int wanted;
        lock (shared.Gate)
        {
            if (StopsHere())
            {
                return false;
            }

            // After a request to stop: no further than to the end of the line. With CR LF: no more than fits if every byte becomes two.
            space = shared.Outbox.Reserve();
            wanted = shared.IsStopping && !local.IsGiven ? 1 : lineEndings is null ? space.Length : space.Length / 2;
            if (hasBytes)
            {
                shared.Move(Reading);
            }
        }

        int count = local.Input.Read(space.Span[..wanted]);
        lock (shared.Gate)
        {
            shared.AwaitAssistant();
            shared.Outbox.Add(lineEndings?.Expand(space.Span, count) ?? count);
            shared.Move(count > 0 ? Holding : Finishing);
        }

        return count > 0;
    }

    /// <summary>Waits until the outbox has space for more input.</summary>
    /// <returns>False if it has something to send first, in <see cref="Holding"/>: a connection was lost while it was full.</returns>
    private bool AwaitSpace()
    {
        lock (shared.Gate)
        {
            shared.AwaitAssistant();
            if (shared.Outbox.HasSpace)
            {
                return true;
            }

            shared.Move(Full);
            while (!shared.Outbox.HasSpace && shared.Outbox.Unsent.IsEmpty && !shared.MayStop)
            {
                Monitor.Wait(shared.Gate);
            }

            bool hasMore = !shared.Outbox.Unsent.IsEmpty;
            shared.Move(hasMore ? Holding : Waiting);
            return !hasMore;
        }
    }

    /// <summary>Moves to <see cref="Finishing"/> if the client asked to stop and this is the place for it.</summary>
    private bool StopsHere()
    {
        lock (shared.Gate)
        {
            shared.AwaitAssistant();
            bool stops = shared.MayStop;
            if (stops)
            {
                shared.Move(Finishing);
            }

            return stops;
        }
    }
}
