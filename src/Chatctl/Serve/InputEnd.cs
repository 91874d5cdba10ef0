using Chatctl.Io;

namespace Chatctl.Serve;

/// <summary>The end of standard input, as a sign that whoever started this process has gone, however that came about.</summary>
internal static class InputEnd
{
    /// <summary>Completes with the end of input. What comes before that is read and dropped, in a thread of its own.</summary>
    public static Task Watch()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new Thread(() =>
        {
            Span<byte> dropped = stackalloc byte[512];
            try
            {
                while (StandardStreams.Input.Read(dropped) > 0)
                {
                }
            }
            catch (IOException)
            {
                // An input that cannot be read has nobody at its other end either.
            }

            end.SetResult();
        });
        reader.IsBackground = true;
        reader.Name = "standard input";
        reader.Start();
        return end.Task;
    }
}
