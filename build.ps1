#!/usr/bin/env pwsh
# One verb for each thing that is done often; each is one line of dotnet. Arguments after the verb are passed on.
#   run    the server, optimised, on its embedded store
#   test   all tests
#   bench  the benchmarks that are compared with the committed ones
#   publish  the server and the command line for machines without .NET, as a folder each under artifacts/publish
#   proto  checks the protos (buf, if `npm ci` has installed it for the tests) and builds the contract from them
param(
  [Parameter(Mandatory = $true, Position = 0)]
  [ValidateSet('run', 'test', 'bench', 'publish', 'proto')]
  [string] $Verb,

  [Parameter(ValueFromRemainingArguments = $true)]
  [string[]] $Rest = @()
)

Set-Location $PSScriptRoot

switch ($Verb) {
  'run' { dotnet run -c Release --project src/AgentStatus.Server -- @Rest }
  'test' { dotnet test @Rest }
  'bench' { dotnet run -c Release --project tests/AgentStatus.Benchmarks -- compare @Rest }
  'publish' {
    foreach ($runtime in 'linux-x64', 'win-x64') {
      foreach ($project in 'src/AgentStatus.Server', 'clients/AgentStatus.Cli') {
        $folder = "artifacts/publish/$runtime/$(Split-Path $project -Leaf)"
        dotnet publish $project -c Release -r $runtime --self-contained -p:PublishSingleFile=true -o $folder @Rest
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
      }
    }
  }
  'proto' {
    $buf = 'tests/AgentStatus.Interop.Tests/clients/node_modules/@bufbuild/buf/bin/buf'
    if (Test-Path $buf) {
      node $buf lint
      if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    else {
      Write-Host 'buf is not installed: run "npm ci" in tests/AgentStatus.Interop.Tests/clients. Not linted.'
    }
    dotnet build protos @Rest
  }
}

exit $LASTEXITCODE
