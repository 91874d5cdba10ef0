using System.Runtime.InteropServices;

namespace Chatctl.Io;

/// <summary>A standard stream by its descriptor. Each call is one read(2) or write(2). It has no buffer and no file offset of its own, and is never closed.</summary>
/// <param name="descriptor">0, 1 or 2.</param>
internal sealed unsafe class DescriptorStream(int descriptor) : Stream
{
    /// <summary>Whether it was open when the process started. If not, the descriptor may belong to the runtime, so it is not touched.</summary>
    public bool IsOpen { get; } = Libc.IsInherited(descriptor);

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <returns>0 at the end of input. A closed descriptor counts as ended. So does one for writing only, as nohup gives, because nothing can come from it.</returns>
    /// <exception cref="IOException">The read failed.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (!IsOpen)
        {
            return 0;
        }

        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(descriptor, start, buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Libc.EINTR:
                        break;
                    case Libc.EBADF:
                        return 0;
                    case int error when error == Libc.EAGAIN:
                        Await(Libc.POLLIN);
                        break;
                    case int error:
                        throw Failure("read", error);
                }
            }
        }
    }

    /// <summary>Waits until a read would not wait: there are bytes, the end, or an error.</summary>
    /// <returns>False if poll(2) cannot tell. Then the read itself waits.</returns>
    public bool AwaitBytes()
    {
        var poll = new Libc.PollDescriptor { Descriptor = descriptor, Events = Libc.POLLIN };
        while (IsOpen && Libc.Poll(&poll, 1, -1) <= 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                return false;
            }
        }

        return (poll.Returned & Libc.POLLNVAL) == 0;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="OutputGoneException">The reader of the pipe or socket is gone.</exception>
    /// <exception cref="IOException">The write failed: the disk is full, the descriptor closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsOpen)
        {
            throw Failure("write", Libc.EBADF);
        }

        fixed (byte* start = buffer)
        {
            int done = 0;
            while (done < buffer.Length)
            {
                nint count = Libc.Write(descriptor, start + done, buffer.Length - done);
                if (count >= 0)
                {
                    done += (int)count;
                    continue;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Libc.EINTR:
                        break;
                    case int error when error == Libc.EPIPE || error == Libc.ECONNRESET:
                        throw new OutputGoneException();
                    case int error when error == Libc.EAGAIN:
                        Await(Libc.POLLOUT);
                        break;
                    case int error:
                        throw Failure("write", error);
                }
            }
        }
    }

    /// <summary>Waits until a write of a few hundred bytes would not block.</summary>
    /// <param name="milliseconds">How long.</param>
    /// <returns>False if it would still block. True also if the write would fail.</returns>
    public bool AwaitWritable(int milliseconds)
    {
        var poll = new Libc.PollDescriptor { Descriptor = descriptor, Events = Libc.POLLOUT };
        return !IsOpen || Libc.Poll(&poll, 1, milliseconds) != 0;
    }

    public override void Flush()
    {
        // Every write has reached the descriptor already.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Waits for a descriptor that another process has made non-blocking, without a limit of time.</summary>
    private void Await(short events)
    {
        var poll = new Libc.PollDescriptor { Descriptor = descriptor, Events = events };
        _ = Libc.Poll(&poll, 1, -1);
    }

    private IOException Failure(string operation, int error)
    {
        string name = descriptor switch { 0 => "standard input", 1 => "standard output", _ => "standard error" };
        return new IOException($"cannot {operation} {name}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
