import { runCommand } from "../cli/main";

// A reader that has seen enough, such as head, closes the pipe: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
runCommand(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
