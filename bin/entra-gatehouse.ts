import { runCommand } from "../cli/main";

// A reader such as `head` that closes the pipe early has read enough: EPIPE is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
runCommand(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
