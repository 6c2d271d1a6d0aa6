//! The `portcullis` program: parses the command line, runs the command, turns the result into an exit status.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use portcullis::cli::{Cli, CliError, Command};
use tokio::runtime::{Builder, Runtime};

/// Stack of a worker thread in bytes: four times the default, as a safety margin for recursive parsers.
const STACK: usize = 8 * 1024 * 1024;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match runtime().and_then(|runtime| runtime.block_on(run(cli))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "portcullis: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn runtime() -> Result<Runtime, CliError> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build()
        .map_err(|error| CliError::Failed(format!("cannot start the runtime: {error}")))
}

async fn run(cli: Cli) -> Result<(), CliError> {
    match cli.command.unwrap_or_default() {
        Command::Config(args) => args.run(&cli.settings, cli.json),
        Command::Serve(args) => args.run(&cli.settings).await,
        Command::Migrate(args) => args.run(&cli.settings, cli.json).await,
        Command::Schema(args) => args.run(cli.json),
        Command::Doctor(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Key(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Secret(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Mail(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Audit(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Backup(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::Restore(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
        Command::User(args) => Box::pin(args.run(&cli.settings, cli.json)).await,
    }
}
