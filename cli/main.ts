import { Command, CommanderError } from "commander";
import { quoteUnlessPlain } from "../engine/characters";
import { verbs } from "../features/lists/verbs";
import { sortByOrder } from "../features/order";
import { packageVersion } from "../lib/app-root";
import { type CommandContext, withGroupHelp } from "./command";
import { describeOldZones, describeUnknownVariables, readZoneData, takeLocalTimeNote, type ZoneData } from "./environment";
import { EXIT_CODES, exitCodes } from "./exit-codes";
import { harmlessLines, type OutputStreams, outputTo } from "./output";
import type { LoadedVerb, TopVerb, Verb } from "./verb";

interface Group extends LoadingGroup {
  readonly topic?: TopVerb["topic"];
}

type LoadingGroup = Pick<TopVerb, "name" | "summary" | "about" | "load">;

const sortedVerbs = sortByOrder<Verb>(verbs);

/** A verb within a group is not listed, unless the program lacks that group. */
const groups: readonly Group[] = sortedVerbs.flatMap((verb) => {
  const { within, name } = verb;
  const hasGroup = sortedVerbs.some((each) => each.within === undefined && each.name === within);
  return name === undefined || hasGroup ? [] : [{ ...verb, load: () => loadGroup(name, verb.load) }];
});

async function loadGroup(name: string, load: Verb["load"]): Promise<LoadedVerb> {
  const loadedVerbs = await Promise.all([load(), ...sortedVerbs.filter(({ within }) => within === name).map(loadInner)]);
  return {
    register(group, session) {
      for (const { register } of loadedVerbs) register(group, session);
    },
  };
}

async function loadInner(verb: Verb): Promise<LoadedVerb> {
  const { register } = await verb.load();
  if (verb.name === undefined) return { register };
  const { name, summary } = verb;
  return { register: (group, session) => register(group.command(name).summary(summary).description(sentence(summary)), session) };
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

const WHOLE_HELP = "--help --all shows completion, too.";

/** Few people need this verb, so only `--help --all` shows it. */
const COMPLETION = { name: "completion", summary: "let your shell complete verbs and options" };

/** Never rejects. @param words without node and script @param time passed only by tests @param zones passed only by tests */
export async function runCommand(
  words: readonly string[],
  streams: OutputStreams,
  time?: CommandContext["time"],
  zones?: ZoneData,
): Promise<number> {
  takeLocalTimeNote();
  for (const line of describeUnknownVariables(process.env)) outputTo(streams).warn(line);
  const exitCode = await runWords(words, streams, time);
  const note = takeLocalTimeNote() ? describeOldZones(zones ?? readZoneData()) : undefined;
  // Scripts read the last line after a failure with --json, so the note must not follow it.
  const isForScripts = exitCode === exitCodes.failed && words.includes("--json");
  if (note !== undefined && !isForScripts) outputTo(streams).warn(note);
  return exitCode;
}

async function runWords(words: readonly string[], streams: OutputStreams, time: CommandContext["time"]): Promise<number> {
  // The SDK's warning about Node 20 is off: Gatehouse supports Node 20 as long as the SDK runs on it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const session: CommandContext = {
    output: outputTo(streams),
    time,
    run: async (words, beside) => await runWords(words, { ...streams, ...beside }, time),
    exitCode: exitCodes.done,
  };
  // pnpm, unlike npm, passes the separator on: pnpm run gate -- list.
  const args = words[0] === "--" ? words.slice(1) : words;
  const isJson = args.includes("--json");
  const instead = suggestCommand(args);
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
    if (!(error instanceof CommanderError)) return await reportFailure(error, session, isJson);
    const { code, message, exitCode } = error;
    const text = code === "commander.help" ? "a command is missing" : message.replace(/^error: /, "");
    if (isJson && exitCode !== exitCodes.done) tellMachine(text, exitCode, session);
    return exitCode;
  }
}

/** The JSON is the last line on stderr, for scripts. */
function tellMachine(error: string, exitCode: number, { output }: CommandContext): void {
  output.warn(JSON.stringify({ error, exitCode }));
}

/** @param isWhole true if the program's help shows every verb */
export function programFor(
  session: CommandContext,
  { stdout, stderr }: OutputStreams,
  isWhole = false,
): { readonly program: Command; loadAll(): Promise<void> } {
  const program = new Command("npm run gate --")
    .description("Manages a Gatehouse: its access list, decisions, policy and credentials.")
    .version(packageVersion())
    // Commander's `help` command is off: unlike the option --help, it would not load a group's verbs first.
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
  const completion = { ...COMPLETION, load: async () => (await import("./completion/commands")).createCompletion(loadAll) };
  const all: readonly Group[] = [...groups, completion];
  const load = async (command: Command) => {
    (await all.find(({ name }) => name === command.name())?.load())?.register(command, session);
    withGroupHelp(command);
  };
  for (const { name, summary, about = sentence(summary), topic = "More" } of all) {
    const command = program.command(name, { hidden: name === COMPLETION.name && !isWhole });
    command.helpGroup(`${topic}:`).summary(summary).description(about).helpCommand(false);
  }
  program.hook("preSubcommand", async (_, command) => await load(command));
  return { program, loadAll };
}

async function reportFailure(error: unknown, session: CommandContext, isJson: boolean): Promise<number> {
  const { output } = session;
  const { CommandError, explainError } = await import("./failure");
  const exitCode = error instanceof CommandError ? error.exitCode : exitCodes.failed;
  if (!isJson) for (const line of explainError(error).split("\n")) output.warn(line);
  if (process.env.GATEHOUSE_DEBUG === "1" && error instanceof Error) {
    for (const line of (error.stack ?? "").split("\n")) output.warn(line);
  }
  if (isJson) tellMachine(explainError(error), exitCode, session);
  return exitCode;
}

/** The right command for each wrong one that people may type. It ends with a placeholder if it needs an argument. */
const replacements: Readonly<Record<string, string>> = {
  allow: "list allow ADDRESS",
  deny: "list deny ADDRESS",
  block: "list deny ADDRESS",
  approve: "approvals approve CODE",
  conform: "entra conform",
  dev: "start",
  run: "start",
  explain: "why ADDRESS",
  probe: "smoke",
  posture: "gate",
  close: "gate closed",
  open: "gate open",
  data: "table",
  codes: "invite codes",
  credentials: "entra credentials",
  restore: "backup restore",
  standby: "backup standby",
  terms: "audit terms",
  "approvals reject": "approvals deny CODE",
  "gate close": "gate closed",
  "gate shut": "gate closed",
  "list block": "list deny ADDRESS",
  "list delete": "list remove ADDRESS",
  "person delete": "person erase ADDRESS",
};

const elsewhere: Readonly<Record<string, string>> = {
  synth: "npx cdk synth",
  diff: "npx cdk diff",
  logs: "npm run gate -- decisions --follow (docs/logs.md has the functions' logs)",
  cost: "npx cdk synth, and see docs/costs.md",
  access: "npm run gate -- expiry, or list for the access list",
};

/**
 * Returns what to type instead of a command in the lists above, or of `list add` with an effect as an option. Undefined for other words.
 */
function suggestCommand(words: readonly string[]): string | undefined {
  const [verb = "", ...rest] = words;
  const effect = verb === "list" && rest[0] === "add" && ["allow", "approval", "deny"].find((each) => rest.includes(`--${each}`));
  if (effect) return `There is no --${effect}: write list ${effect} in place of list add.`;
  for (const [typed, others] of [
    [`${verb} ${rest[0]}`, rest.slice(1)],
    [verb, rest],
  ] as const) {
    const said = `There is no command ${typed}: write`;
    const command = Object.hasOwn(replacements, typed) ? replacements[typed] : undefined;
    if (command !== undefined && others.length === 0) return `${said} npm run gate -- ${command}`;
    if (command !== undefined) {
      return `${said} npm run gate -- ${[command.replace(/ (?:ADDRESS|CODE)$/, ""), ...others.map(quoteUnlessPlain)].join(" ")}`;
    }
    if (Object.hasOwn(elsewhere, typed)) return `${said} ${elsewhere[typed]}`;
  }
  return undefined;
}
