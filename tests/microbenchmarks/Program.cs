using BenchmarkDotNet.Running;

// The cost of the room without sockets: dotnet run -c Release --project tests/microbenchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
