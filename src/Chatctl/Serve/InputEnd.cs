using Chatctl.Io;

namespace Chatctl.Serve;

/// <summary>The end of standard input. It shows that the process that started this one is gone, in whatever way it ended.</summary>
internal static class InputEnd
{
    /// <summary>Completes at the end of input. A thread of its own reads and drops what comes before.</summary>
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
                // An input that cannot be read counts as ended.
            }

            end.SetResult();
        });
        reader.IsBackground = true;
        reader.Name = "standard input";
        reader.Start();
        return end.Task;
    }
}
