import { once } from "node:events";
import { localZone } from "../engine/zone-time";
import { appRoot } from "../lib/app-root";
import { SetupError } from "../lib/errors";
import { DatabaseError } from "./aws/dynamodb/tables";
import { PortInUseError } from "./aws/server";
import { SynthError } from "./aws/synth";
import { TemplateError } from "./aws/template";
import { SamplesError } from "./data/csv-table";
import { DataFolderError, OccupiedError } from "./data/data-folder";
import type { Instance } from "./data/instance";
import { type Lasting, Shutdown } from "./run/lasting";
import { startGatehouse } from "./run/run";
import { EndpointError } from "./stand-ins/services/own-services";
import { type Options, readOptions } from "./terminal/options";
import { welcomeText } from "./terminal/welcome";

const fixable = [
  ...[DatabaseError, DataFolderError, EndpointError, OccupiedError, PortInUseError, SamplesError],
  ...[SetupError, SynthError, TemplateError],
];
/** A second signal within this time counts as the first one: npm forwards a Ctrl-C that the terminal has already sent. */
const SAME_SIGNAL_MS = 500;
const KILLED_EXIT_CODE = 130;

function readyLine(instance: Instance): string {
  const { apiUrl, username, password, consoleUrl, simulatorUrl, approvalsUrl, extension } = instance;
  const { dynamodbEndpoint, aws, tables, eventsFile, outboxDir } = instance;
  const gatesToCall =
    instance.gates &&
    Object.fromEntries(
      Object.entries(instance.gates).map(([name, { apiUrl, username, password }]) => [name, { apiUrl, username, password }]),
    );
  const urls = { apiUrl, username, password, gates: gatesToCall, consoleUrl, simulatorUrl, approvalsUrl, extension };
  return JSON.stringify({ ...urls, dynamodbEndpoint, aws, tables, eventsFile, outboxDir });
}

/** Returns a signal that aborts when the process is first told to end. If the process is told again, it ends at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let firstAt: number | undefined;
  const stopAtSignal = () => {
    firstAt ??= Date.now();
    if (Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(KILLED_EXIT_CODE);
    stop.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stopAtSignal);
  return stop.signal;
}

async function main(options: Options, timeZone: string): Promise<number> {
  const signal = stopSignal();
  let again = new AbortController();
  const lasting: Lasting = { shutdown: new Shutdown(), restart: () => again.abort() };
  try {
    do {
      again = new AbortController();
      await startOnce(options, timeZone, lasting, { stop: signal, again: again.signal });
    } while (!signal.aborted);
    return 0;
  } catch (error) {
    if (signal.aborted) return 0;
    console.error(explainStart(error));
    return 1;
  } finally {
    await lasting.shutdown.run();
  }
}

/** Returns only the message of most errors, because the stack trace does not help people to fix them. */
export function explainStart(error: unknown): unknown {
  if (process.env.GATEHOUSE_DEBUG === "1" || !(error instanceof Error)) return error;
  if (fixable.some((kind) => error instanceof kind)) return error.message;
  const [said = error.name] = error.message.split(/\n\s+at /);
  return `${said.trim() || error.name} (GATEHOUSE_DEBUG=1 shows where)`;
}

async function startOnce(
  options: Options,
  timeZone: string,
  lasting: Lasting,
  { stop, again }: { readonly stop: AbortSignal; readonly again: AbortSignal },
): Promise<void> {
  const shutdown = new Shutdown();
  const print = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  try {
    const welcome = await startGatehouse(options, { print, timeZone, shutdown, signal: stop, lasting });
    if (options.json) process.stdout.write(`${readyLine(welcome.instance)}\n`);
    else print(welcomeText(welcome));
    await welcome.replay?.();
    const endSignal = AbortSignal.any([stop, again]);
    if (!endSignal.aborted) await once(endSignal, "abort");
    if (again.aborted) print("The policy has been written anew: Gatehouse starts again.");
  } finally {
    lasting.simulator?.wait();
    await shutdown.run();
  }
}

/** Runs until a signal, then ends the process. @param command the command's name in the help */
export async function start(argv: readonly string[], command?: string): Promise<never> {
  const options = readOptions(argv, process.env, command);
  // A reader that closes the output must not end the process.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  process.chdir(appRoot);
  // Files that are written from now on can be read by their owner only.
  process.umask(0o077);
  // Functions run in UTC, as in AWS; people see their own time.
  const timeZone = localZone() ?? "UTC";
  process.env.TZ = "UTC";
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  process.exit(await main(options, timeZone));
}
