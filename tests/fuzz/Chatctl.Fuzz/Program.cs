using Chatctl.Fuzz;
using SharpFuzz;

// Chatctl.Fuzz TARGET        under afl-fuzz: plays input after input
// Chatctl.Fuzz TARGET FILE   plays one, to see what it does
ReadOnlySpanAction play = args switch
{
    ["framing", ..] => FramingTarget.Run,
    ["sessions", ..] => SessionTarget.Run,
    ["endpoints", ..] => EndpointTarget.Run,
    _ => throw new ArgumentException("framing, sessions or endpoints?"),
};

if (args.Length > 1)
{
    play(File.ReadAllBytes(args[1]));
    return;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    play(input.GetBuffer().AsSpan(0, (int)input.Length));
});
