namespace Chatctl.Io;

/// <summary>The reader of standard output is gone (EPIPE). This is no error with a message: the pipeline needs no more output.</summary>
internal sealed class OutputGoneException() : IOException("the reader of standard output has gone");
