using Chatctl.Cli;
using Chatctl.Io;

using var signals = new EndingSignals();
return CommandLine.Run(args);
