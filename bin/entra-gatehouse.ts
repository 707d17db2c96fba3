import { runCommand } from "../cli/main";

// If a reader such as `head` closes the pipe early, it has read enough: the EPIPE error is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
runCommand(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
