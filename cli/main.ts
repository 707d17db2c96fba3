import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../lib/package-root";
import { type CommandContext, withGroupHelp } from "./command";
import { EXIT_CODES, exitCodes } from "./exit-codes";
import { insteadOf } from "./instead";
import { harmlessLines, type OutputStreams, outputTo } from "./output";
import { describeUnknownVariables } from "./variables";
import { describeOldZones, readZoneData, takeLocalTimeNote, type ZoneData } from "./zone-data";

/** A group of commands, or one command. Its code is loaded on demand. */
interface Group {
  readonly name: string;
  /** A line in the program's help. */
  readonly summary: string;
  /** A group's purpose, in its own help. A single command registers its own. */
  readonly about?: string;
  load(): Promise<Loaded>;
}

interface Loaded {
  register(command: Command, session: CommandContext): void;
}
type LoadPart = Group["load"];

/** Combines several features' verbs in one group, in this order. */
async function together(parts: readonly LoadPart[]): Promise<Loaded> {
  const loaded = await Promise.all(parts.map((load) => load()));
  return {
    register(group, session) {
      for (const { register } of loaded) register(group, session);
    },
  };
}

/** Verbs of a group inside a group. */
function within(name: string, summary: string, load: LoadPart): LoadPart {
  return async () => {
    const { register } = await load();
    return { register: (group, session) => register(group.command(name).summary(summary).description(sentence(summary)), session) };
  };
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** Groups by topic, in the order of the help. */
const tasks: Readonly<Record<string, readonly Group[]>> = {
  "Write a policy": [
    { name: "init", summary: "write a CDK app of your own", load: () => import("../features/init/verbs/commands") },
    { name: "start", summary: "run a Gatehouse on this machine", load: () => import("../features/start/verbs/commands") },
    { name: "test", summary: "run the policy's cases", load: () => import("../features/cases/verbs/commands") },
    { name: "preview", summary: "what a draft policy or list would change", load: () => import("../features/preview/verbs/commands") },
    { name: "simulate", summary: "sign a person up as Entra does", load: () => import("../features/simulator/verbs/commands") },
  ],
  People: [
    {
      name: "list",
      summary: "the access list: who may sign up",
      about:
        "Reads and edits the access list: addresses, domains and accounts that may sign up, or may not. An edit counts from the next sign-up on, and list revert undoes it.",
      load: () => import("../features/access-list/verbs/commands"),
    },
    {
      name: "invite",
      summary: "invite people to sign up, let in the waiting list, make codes",
      about:
        "Invites people to sign up, by mail or by codes that you hand out. It also lets in people from the waiting list, and makes codes that name nobody.",
      load: () =>
        together([
          () => import("../features/invitations/verbs/commands"),
          within("codes", "codes that name nobody: create, list, revoke", () => import("../features/permitted-value/verbs/commands")),
        ]),
    },
    {
      name: "approvals",
      summary: "requests for approval, and decisions on them",
      about: "Shows who waits for approval, and decides. Each change of a request is on record.",
      load: () => import("../features/approvals/verbs/commands"),
    },
    {
      name: "expiry",
      summary: "until when people have access: list, extend, end, renew",
      about: "Shows until when the people have access that the gates let in, and changes it. The rule expiry() gives them an end.",
      load: () => import("../features/expiry/verbs/commands"),
    },
    {
      name: "partners",
      summary: "domains whose owners prove them by a TXT record",
      about: "Takes in domains as partners. A partner's owner proves the domain by a TXT record, and the policy may let its people in.",
      load: () => import("../features/partners/verbs/commands"),
    },
    {
      name: "person",
      summary: "what is stored about a person",
      about: "Exports and erases what is stored about a person.",
      load: () => import("../features/person/verbs/commands"),
    },
    {
      name: "table",
      summary: "profiles and reference data, from and to files",
      about: "Writes profiles and reference data from a file, and to one. For the access list, see list import.",
      load: () => import("../features/reference-data/verbs/commands"),
    },
  ],
  "Find out why": [
    {
      name: "why",
      summary: "why somebody was refused, by code or address; what would be decided now",
      load: () => import("../features/explain/verbs/commands"),
    },
    { name: "decisions", summary: "what was decided, and why", load: () => import("../features/decisions/verbs/commands") },
    {
      name: "audit",
      summary: "who changed what, what people accepted, and whether the record is complete",
      about:
        "Shows who changed what, and proves that nothing in that record is missing or altered. audit terms shows which terms people accepted.",
      load: () =>
        together([
          () => import("../features/audit/verbs/commands"),
          within(
            "terms",
            "which terms people accepted, and whether the policy has the same",
            () => import("../features/terms/verbs/commands"),
          ),
        ]),
    },
  ],
  Ship: [
    {
      name: "deploy",
      summary: "take the app into your AWS account, step by step",
      load: () => import("../features/deploy/verbs/commands"),
    },
    {
      name: "entra",
      summary: "set up and check Entra's API connectors, and their credentials",
      about:
        "Plans, makes and checks what Entra needs to call the gates. entra credentials shows and changes the password that it calls with.",
      load: () =>
        together([
          async () => ({ register: (await import("../features/entra/verbs/commands")).registerSetUp }),
          async () => ({ register: (await import("../features/rotation/verbs/entra-rotate")).registerRotate }),
          within("credentials", "user name and password of Entra's API connectors", () => import("../features/rotation/verbs/commands")),
          within("conform", "test any API connector against Entra's contract", () => import("../features/conform/verbs/commands")),
          async () => ({ register: (await import("../features/entra/verbs/commands")).registerFilesAndRemoval }),
        ]),
    },
    {
      name: "secrets",
      summary: "fill in the stack's secrets, without showing them",
      about: "Shows which secrets the stack waits for, and reads their values without showing them.",
      load: () => import("../features/secrets/verbs/commands"),
    },
    { name: "doctor", summary: "find what is wrong with an app or a deployment", load: () => import("../features/doctor/verbs/commands") },
    {
      name: "smoke",
      summary: "test a deployment: sign up as Entra would, and read the records back",
      load: () => import("../features/smoke/verbs/commands"),
    },
    {
      name: "backup",
      summary: "write all tables to a file or to S3, restore them, prepare a second region",
      about:
        "Writes all tables to a file or to S3, and puts them back. backup standby prints what the stack of a second region needs from the first.",
      load: () => together([() => import("../features/backup/verbs/commands"), () => import("../features/standby/verbs/commands")]),
    },
  ],
  "In an emergency": [
    {
      name: "gate",
      summary: "open a gate, or set it to approval, listed or closed",
      about: "Shows how gates are set, and sets them. A gate that is not open lets in fewer people than its policy, for a while.",
      load: () => import("../features/posture/verbs/commands"),
    },
    {
      name: "incident",
      summary: "people let in by an attack: find them, shut them out, undo it",
      about: "Finds the people that an attack got in, shuts them out together, and undoes that.",
      load: () => import("../features/incidents/verbs/commands"),
    },
  ],
};

const WHOLE_HELP = "--help --all shows completion, too.";

/** Few people need it: `--help --all` shows it. */
const COMPLETION = { name: "completion", summary: "let your shell complete verbs and options" };

/**
 * Runs the program and returns its exit code. Never rejects.
 * @param typed without node and script
 * @param time passed only by tests
 * @param zones passed only by tests
 */
export async function runCommand(
  typed: readonly string[],
  streams: OutputStreams,
  time?: CommandContext["time"],
  zones?: ZoneData,
): Promise<number> {
  takeLocalTimeNote();
  for (const line of describeUnknownVariables(process.env)) outputTo(streams).warn(line);
  const exitCode = await runWords(typed, streams, time);
  const note = takeLocalTimeNote() ? describeOldZones(zones ?? readZoneData()) : undefined;
  // After a failure with --json, the last line is for scripts.
  const isForScripts = exitCode === exitCodes.failed && typed.includes("--json");
  if (note !== undefined && !isForScripts) outputTo(streams).warn(note);
  return exitCode;
}

async function runWords(typed: readonly string[], streams: OutputStreams, time: CommandContext["time"]): Promise<number> {
  // Node 20 is supported here for as long as the SDK runs on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const session: CommandContext = {
    output: outputTo(streams),
    ...(time && { time }),
    run: async (words, beside) => await runWords(words, { ...streams, ...beside }, time),
    exitCode: exitCodes.done,
  };
  // pnpm passes on the separator that npm consumes: pnpm run gate -- list
  const args = typed[0] === "--" ? typed.slice(1) : typed;
  const isJson = args.includes("--json");
  const instead = insteadOf(args);
  if (instead !== undefined) {
    if (isJson) tellMachine(instead, exitCodes.failed, session);
    else session.output.warn(instead);
    return exitCodes.failed;
  }
  try {
    const isWhole = args.includes("--all") && args.every((each) => ["--all", "--help", "-h"].includes(each));
    const { program } = programFor(session, streams, isWhole);
    await program.parseAsync(isWhole ? ["--help"] : [...args], { from: "user" });
    return session.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return await failed(error, session, isJson);
    if (isJson && error.exitCode !== exitCodes.done) tellMachine(usageWords(error), error.exitCode, session);
    return error.exitCode;
  }
}

/** The last line on stderr, for scripts. */
function tellMachine(error: string, exitCode: number, { output }: CommandContext): void {
  output.warn(JSON.stringify({ error, exitCode }));
}

function usageWords({ code, message }: CommanderError): string {
  return code === "commander.help" ? "a command is missing" : message.replace(/^error: /, "");
}

/** The program, and a function that loads all verbs of its groups. @param isWhole true if its help shows every verb */
export function programFor(
  session: CommandContext,
  { stdout, stderr }: OutputStreams,
  isWhole = false,
): { readonly program: Command; loadAll(): Promise<void> } {
  const program = new Command("npm run gate --")
    .description("Manages a Gatehouse: its access list, decisions, policy and credentials.")
    .version(version())
    // The built-in help command does not load a group first; --help does.
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(harmlessLines(text)),
      writeErr: (text) => stderr.write(harmlessLines(text)),
    })
    .showHelpAfterError("Usage: npm run gate -- --help")
    .addHelpText("after", isWhole ? EXIT_CODES : `\n${WHOLE_HELP}${EXIT_CODES}`);
  const loadAll = async () => {
    for (const command of program.commands) if (command.name() !== COMPLETION.name) await load(command);
  };
  const others: readonly Group[] = [{ ...COMPLETION, load: async () => (await import("./completion/commands")).completionOf(loadAll) }];
  const all = [...Object.values(tasks).flat(), ...others];
  const load = async (command: Command) => {
    (await all.find(({ name }) => name === command.name())?.load())?.register(command, session);
    withGroupHelp(command);
  };
  for (const [task, groups] of [...Object.entries(tasks), ["More", others] as const]) {
    for (const { name, summary, about = sentence(summary) } of groups) {
      const command = program.command(name, { hidden: groups === others && !isWhole });
      command.helpGroup(`${task}:`).summary(summary).description(about).helpCommand(false);
    }
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
