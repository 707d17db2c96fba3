import { runCommand } from "../cli/main";

// A reader such as head closes the pipe after it has read enough, which is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
runCommand(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
