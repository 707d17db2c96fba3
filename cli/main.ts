import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../lib/package-root";
import { type CommandContext, withGroupHelp } from "./command";
import { EXIT_CODES, exitCodes } from "./exit-codes";
import { insteadOf } from "./instead";
import { harmlessLines, type OutputStreams, outputTo } from "./output";

/** A group of commands, or one command: its code is loaded when it is asked for. */
interface Group {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Loaded>;
}

interface Loaded {
  register(command: Command, session: CommandContext): void;
}

const groups: readonly Group[] = [
  { name: "init", summary: "write a CDK app of your own", load: () => import("../features/init/verbs/commands") },
  { name: "start", summary: "run a Gatehouse on this machine", load: () => import("../features/start/verbs") },
  { name: "doctor", summary: "find what is wrong with an app or a deployment", load: () => import("../features/doctor/verbs/commands") },
  { name: "list", summary: "the access list: who may sign up", load: () => import("../features/access-list/verbs/commands") },
  {
    name: "data",
    summary: "profiles and reference data, from and to files",
    load: () => import("../features/reference-data/verbs/commands"),
  },
  {
    name: "invite",
    summary: "invite people to sign up, and let in the waiting list",
    load: () => import("../features/invitations/verbs/commands"),
  },
  { name: "codes", summary: "invitation codes", load: () => import("../features/permitted-value/verbs/commands") },
  { name: "decisions", summary: "what was decided, and why", load: () => import("../features/decisions/verbs/commands") },
  { name: "explain", summary: "what would be decided now", load: () => import("../features/explain/verbs/commands") },
  { name: "preview", summary: "what a draft policy or list would change", load: () => import("../features/preview/verbs/commands") },
  {
    name: "approvals",
    summary: "requests for approval, and decisions on them",
    load: () => import("../features/approvals/verbs/commands"),
  },
  {
    name: "access",
    summary: "until when people have access: list, extend, end, renew",
    load: () => import("../features/expiry/verbs/commands"),
  },
  {
    name: "incident",
    summary: "people let in by an attack: find them, shut them out, undo it",
    load: () => import("../features/incidents/verbs/commands"),
  },
  {
    name: "posture",
    summary: "how gates are set: open, approval, listed, closed",
    load: () => import("../features/posture/verbs/commands"),
  },
  {
    name: "partners",
    summary: "domains whose owners prove them by a TXT record",
    load: () => import("../features/partners/verbs/commands"),
  },
  {
    name: "audit",
    summary: "who changed what, and whether that record is complete",
    load: () => import("../features/audit/verbs/commands"),
  },
  {
    name: "terms",
    summary: "which terms people accepted, and whether the policy has the same",
    load: () => import("../features/terms/verbs/commands"),
  },
  { name: "person", summary: "what is stored about a person", load: () => import("../features/person/verbs/commands") },
  { name: "simulate", summary: "sign a person up as Entra does", load: () => import("../features/simulator/verbs/commands") },
  { name: "conform", summary: "test any API connector against Entra's contract", load: () => import("../features/conform/verbs/commands") },
  {
    name: "smoke",
    summary: "test a deployment: sign up as Entra would, and read the records back",
    load: () => import("../features/smoke/verbs/commands"),
  },
  {
    name: "standby",
    summary: "what the stack of a second region needs from the first",
    load: () => import("../features/standby/verbs/commands"),
  },
  { name: "test", summary: "run the policy's cases", load: () => import("../features/cases/verbs/commands") },
  {
    name: "entra",
    summary: "set up and check Entra's API connectors",
    load: () =>
      together([
        async () => (await import("../features/entra/verbs/commands")).registerSetUp,
        async () => (await import("../features/rotation/verbs/entra-rotate")).registerRotate,
        async () => (await import("../features/entra/verbs/commands")).registerFilesAndRemoval,
      ]),
  },
  {
    name: "backup",
    summary: "write all tables to a file or to S3",
    load: async () => ({ register: (await import("../features/backup/verbs/commands")).registerBackup }),
  },
  {
    name: "restore",
    summary: "restore a backup",
    load: async () => ({ register: (await import("../features/backup/verbs/commands")).registerRestore }),
  },
  {
    name: "credentials",
    summary: "user name and password of Entra's API connectors",
    load: () => import("../features/rotation/verbs/commands"),
  },
];

/** Verbs of several features in one group, in this order. */
async function together(parts: readonly (() => Promise<Loaded["register"]>)[]): Promise<Loaded> {
  const registered = await Promise.all(parts.map((load) => load()));
  return {
    register(group, session) {
      for (const register of registered) register(group, session);
    },
  };
}

const COMPLETION = { name: "completion", summary: "let your shell complete verbs and options" };

/** Runs the program and answers its exit code. Never rejects. @param args without node and script @param time the machine's, unless a test passes its own */
export async function runCommand(args: readonly string[], streams: OutputStreams, time?: CommandContext["time"]): Promise<number> {
  // Node 20 is supported here for as long as the SDK runs on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const session: CommandContext = { output: outputTo(streams), ...(time && { time }), exitCode: exitCodes.done };
  const isJson = args.includes("--json");
  const instead = insteadOf(args);
  if (instead !== undefined) {
    if (isJson) tellMachine(instead, exitCodes.failed, session);
    else session.output.warn(instead);
    return exitCodes.failed;
  }
  try {
    await programFor(session, streams).program.parseAsync([...args], { from: "user" });
    return session.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return await failed(error, session, isJson);
    if (isJson && error.exitCode !== exitCodes.done) tellMachine(usageWords(error), error.exitCode, session);
    return error.exitCode;
  }
}

/** The last line beside the result, for scripts. */
function tellMachine(error: string, exitCode: number, { output }: CommandContext): void {
  output.warn(JSON.stringify({ error, exitCode }));
}

function usageWords({ code, message }: CommanderError): string {
  return code === "commander.help" ? "a command is missing" : message.replace(/^error: /, "");
}

/** The program, and what makes all verbs of its groups known. */
export function programFor(
  session: CommandContext,
  { stdout, stderr }: OutputStreams,
): { readonly program: Command; loadAll(): Promise<void> } {
  const program = new Command("entra-gatehouse")
    .description("Manages a Gatehouse: its access list, decisions, policy and credentials.")
    .version(version())
    // The built-in help command would not load a group first; --help does.
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(harmlessLines(text)),
      writeErr: (text) => stderr.write(harmlessLines(text)),
    })
    .showHelpAfterError("Usage: npx --no-install entra-gatehouse --help")
    .addHelpText("after", EXIT_CODES);
  const loadAll = async () => {
    for (const command of program.commands) if (command.name() !== COMPLETION.name) await load(command);
  };
  const all: readonly Group[] = [
    ...groups,
    { ...COMPLETION, load: async () => (await import("./completion/commands")).completionOf(loadAll) },
  ];
  const load = async (command: Command) => {
    (await all.find(({ name }) => name === command.name())?.load())?.register(command, session);
    withGroupHelp(command);
  };
  for (const { name, summary } of all) {
    const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
    program.command(name).summary(summary).description(description).helpCommand(false);
  }
  program.hook("preSubcommand", async (_, command) => await load(command));
  return { program, loadAll };
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

async function failed(error: unknown, session: CommandContext, isJson: boolean): Promise<number> {
  const { output } = session;
  const { CommandError, explained } = await import("./failure");
  const exitCode = error instanceof CommandError ? error.exitCode : exitCodes.failed;
  if (!isJson) for (const line of explained(error).split("\n")) output.warn(line);
  if (process.env.GATEHOUSE_DEBUG === "1" && error instanceof Error) {
    for (const line of (error.stack ?? "").split("\n")) output.warn(line);
  }
  if (isJson) tellMachine(explained(error), exitCode, session);
  return exitCode;
}
