import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Maximum number of parent processes to check: a shell and npm may be between the CDK's command line and the app. */
const ANCESTORS = 4;

/**
 * Returns the CDK's arguments, `["deploy", "--profile", "production"]`, from a parent process: the CDK does not pass them to an app.
 * Undefined if no CDK runs this app, or if the system does not show the command line.
 */
export function cdkArguments(): readonly string[] | undefined {
  if (process.env.CDK_CLI_VERSION === undefined) return undefined;
  let id = process.ppid;
  for (let count = 0; count < ANCESTORS && id > 1; count++) {
    const cdkProcess = findProcess(id);
    if (cdkProcess === undefined) return undefined;
    const cdkArgs = argumentsOfCdk(cdkProcess.words);
    if (cdkArgs !== undefined) return cdkArgs;
    id = cdkProcess.parent;
  }
  return undefined;
}

/** Undefined for another program's command line. */
export function argumentsOfCdk(words: readonly string[]): readonly string[] | undefined {
  const at = words.slice(0, 2).findIndex((word) => /(^|[\\/])cdk(\.js|\.cmd)?$/.test(word));
  return at === -1 ? undefined : words.slice(at + 1);
}

interface RunningProcess {
  readonly parent: number;
  readonly words: readonly string[];
}

function findProcess(id: number): RunningProcess | undefined {
  try {
    return process.platform === "linux" ? readProc(id) : readPs(id);
  } catch {
    return undefined;
  }
}

/** Reads a process from /proc. In `stat`, the state and then the parent come after the name in parentheses: proc(5). */
function readProc(id: number): RunningProcess {
  const stat = readFileSync(`/proc/${id}/stat`, "utf8");
  const words = readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0").slice(0, -1);
  return { parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), words };
}

/** Reads a process on macOS. `ps` splits a word with spaces, but no word that Gatehouse searches for has a space. */
function readPs(id: number): RunningProcess {
  const [parent, ...words] = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(id)], { encoding: "utf8", stdio: "pipe" })
    .trim()
    .split(/\s+/);
  return { parent: Number(parent), words };
}
