namespace Chatctl.Connect.Printing;

/// <summary>
/// A stream that changes what is written to it and passes it on to another stream. A write has passed everything on when it returns, except
/// for what the stream has to hold back. A call of <see cref="Stream.Flush"/> means that nothing more comes.
/// </summary>
internal abstract class OutputStream : Stream
{
    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override void Write(ReadOnlySpan<byte> buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
