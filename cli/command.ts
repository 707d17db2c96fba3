import { type Argument, type Command, InvalidArgumentError, Option } from "commander";
import { quoteShellWord } from "../engine/characters";
import { formats } from "../engine/files/format";
import { checkedStage, STAGE_VARIABLE, stagedName } from "../lib/stage";
import { type ExitCode, exitCodesHelp, formatCommandPath } from "./exit-codes";
import type { Output, OutputStreams } from "./output";

export interface PassingTime {
  now(): Date;
  /** Rejects if the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface CommandContext {
  readonly output: Output;
  /** @default the machine's clock and timers */
  readonly time?: PassingTime;
  /**
   * Runs another command, for commands that consist of several.
   * @param beside streams that replace those of this command
   * @returns the exit code
   */
  run?(words: readonly string[], beside?: Partial<OutputStreams>): Promise<number>;
  exitCode: ExitCode;
}

export function readNow({ time }: Pick<CommandContext, "time">): Date {
  return time?.now() ?? new Date();
}

export interface GateOption {
  /** The gate's name. Undefined means all gates or, for a command that calls one gate, the unnamed gate. */
  readonly gate?: string;
}

const DEFAULT_STACK = "Gatehouse";

export interface DeploymentOptions extends GateOption {
  /** The name contains the stage if one is set. */
  readonly stack: string;
  readonly stage?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
  readonly data?: string;
}

export interface JsonOption {
  readonly json?: boolean;
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON, one object per line");
}

/** Help shows these options below the command's own options. */
export function withDeployment(command: Command): Command {
  withPairs(withJson(command), [{ option: "--data", needs: "--local" }]).hook("preAction", takeStage);
  for (const option of [
    new Option("--stack <name>", "the deployed CloudFormation stack").default(DEFAULT_STACK),
    new Option("--stage <name>", "the stage: its stack is Gatehouse-NAME").env(STAGE_VARIABLE),
    new Option("--region <region>", "AWS region (default: AWS_REGION, then the profile's region)"),
    new Option("--profile <name>", "profile in the AWS configuration files (default: AWS_PROFILE)"),
    new Option("--local", "use a running npm start instead"),
    new Option("--data <dir>", "with --local: the data folder given to npm start"),
  ]) {
    command.addOption(option.helpGroup("Which deployment:"));
  }
  return command;
}

/** Does the same as `withDeployment` without `--local` and `--data`: help leaves them out, and their use is refused with an explanation. */
export function withDeployedStack(command: Command): Command {
  for (const option of withDeployment(command).options) if (["--local", "--data"].includes(option.long ?? "")) option.hideHelp();
  return command;
}

function takeStage(_: Command, command: Command): void {
  const { stage, stack, local } = command.opts<{ stage?: string; stack: string; local?: boolean }>();
  const isOfEnvironment = command.getOptionValueSource("stage") === "env";
  const stageProblem = checkedStage(stage, isOfEnvironment ? STAGE_VARIABLE : "--stage");
  if (stageProblem === undefined || local) return;
  process.env[STAGE_VARIABLE] = stageProblem;
  // A typed --stack is the whole name, as outputs print it: it already contains the stage of the variable.
  if (isOfEnvironment && command.getOptionValueSource("stack") === "cli") return;
  const [name, ...path] = stack.split("/") as [string, ...string[]];
  command.setOptionValue("stack", [stagedName(name, stageProblem), ...path].join("/"));
}

/** @param what the beginning of the option's help: "only decisions at" */
export function withGate(command: Command, what: string): Command {
  return command.option("--gate <name>", `${what} this gate of several ("default": the one without a name)`);
}

/** Accepts the option `other` as another name of `name`, and tells the person to write `name` instead. */
export function withOtherName(command: Command, other: string, name: string): Command {
  const stripDashes = (flag: string) => flag.slice(2);
  // The option is added to the command itself: otherwise a parent command may consume it.
  return command.addOption(new Option(`${other} <value>`).hideHelp()).hook("preAction", () => {
    const otherValue: unknown = command.getOptionValue(stripDashes(other));
    if (otherValue === undefined) return;
    if (command.getOptionValueSource(stripDashes(name)) === "cli")
      command.error(`error: ${other} is another name of ${name}: leave it out.`);
    command.configureOutput().writeErr?.(`Write ${name} in place of ${other}.\n`);
    command.setOptionValue(stripDashes(name), otherValue);
  });
}

export function withSince(command: Command, what: string, usual?: string): Command {
  const since = new Option("--since <time>", `${what}: 30m, 2h, 7d, 2026-11-20 or 2026-11-20T14:00`);
  return withOtherName(command.addOption(usual === undefined ? since : since.default(usual)), "--last", "--since");
}

export function withLimit(command: Command, usual: number): Command {
  return command.option("--limit <number>", "the most to show", wholeNumberOption, usual);
}

/** @param otherwise the help's words on a file whose name does not show its format: ", else csv" */
export function withFormat(command: Command, otherwise = ""): Command {
  return command.addOption(new Option("--format <format>", `the file's format (default: by its name${otherwise})`).choices(formats));
}

/** Accepts the spellings of the code and of the commands: `referenceData` and `reference-data`. */
export function withTableNames<T extends Option | Argument>(parameter: T, names: readonly string[]): T {
  const plain = (name: string) => name.replaceAll("-", "").toLowerCase();
  const parseChoice = (text: string) => {
    const tableName = names.find((name) => plain(name) === plain(text));
    if (tableName === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(", ")}.`);
    return tableName;
  };
  parameter.choices(names);
  const isList = parameter instanceof Option && parameter.variadic;
  parameter.argParser((text: string, before: unknown) =>
    isList ? [...(Array.isArray(before) ? before : []), parseChoice(text)] : parseChoice(text),
  );
  return parameter;
}

export function wholeNumberOption(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Use a whole number from 1.");
  return Number(text);
}

export function wholeNumberFromZero(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a whole number from 0.");
  return Number(text);
}

const examplesOf = new WeakMap<Command, readonly string[]>();
const defaultOf = new WeakMap<Command, Command>();

/** Registers the verb that runs if no verb of the group is typed: `invite` is `invite send`. */
export function defaultCommand(group: Command, name: string): Command {
  const command = group.command(name, { isDefault: true });
  defaultOf.set(group, command);
  return command;
}

export function getDefaultCommand(group: Command): Command | undefined {
  return defaultOf.get(group);
}

/** Adds the default verb, the exit codes, and an example of each verb to the help of a group that has no action of its own. */
export function withGroupHelp(group: Command): void {
  for (const inner of group.commands) withGroupHelp(inner);
  if (group.commands.length === 0 || examplesOf.has(group)) return;
  const usual = defaultOf.get(group);
  const examples = group.commands.flatMap((command) => examplesOf.get(command)?.slice(0, 1) ?? []);
  const names = group.commands.map((command) => command.name()).join(", ");
  group
    .showHelpAfterError(`The verbs of ${formatCommandPath(group)}: ${names}. Help: npm run gate -- ${formatCommandPath(group)} --help`)
    .addHelpText("after", () => `\n${usual === undefined ? "" : `Without a verb: ${formatCommandPath(usual)}.\n`}${exitCodesHelp(group)}`)
    .addHelpText("after", exampleLines(examples));
}

function exampleLines(examples: readonly string[]): string {
  // npm's own lines do not belong in a file, so an example that writes to a file gets --silent.
  const lines = examples.map((example) => `  $ npm run ${/ >>? /.test(example) ? "--silent " : ""}gate -- ${example}`);
  return ["", "Examples:", ...lines].join("\n");
}

export function withExamples(command: Command, examples: readonly string[]): Command {
  examplesOf.set(command, examples);
  return command
    .addHelpText("after", () => `\n${exitCodesHelp(command)}`)
    .addHelpText("after", exampleLines(examples))
    .showHelpAfterError(`Examples: npm run gate -- ${formatCommandPath(command)} --help`);
}

/** @param summary the verb's line in the group's help @param examples the text after the verb in each example */
export function deploymentVerb(group: Command, name: string, summary: string, examples: readonly string[]): Command {
  const command = withDeployment(group.command(name)).summary(summary);
  return withExamples(
    command,
    examples.map((example) => `${formatCommandPath(command)} ${example}`.trim()),
  );
}

/**
 * An option that has an effect only together with another option (`needs`), or only without another option (`not`). Options are written as
 * people type them. If only one value counts, it follows: `--as external-tenant`. An argument is written by its name: `file`.
 */
export type OptionPair =
  | { readonly option: string; readonly needs: string; readonly why?: string }
  | { readonly option: string; readonly not: string };

export const ACCOUNT_PAIR: OptionPair = { option: "--id", needs: "--issuer", why: "at which provider is it the account's id?" };

/** Refuses an option that would have no effect: the option that it needs is missing, or one that it excludes is typed. */
export function withPairs(command: Command, pairs: readonly OptionPair[]): Command {
  return command.hook("preAction", (_, acting) => {
    for (const pair of pairs) {
      if (!isTyped(acting, pair.option)) continue;
      const isServed = "needs" in pair ? isTyped(acting, pair.needs) : !isTyped(acting, pair.not);
      if (!isServed) acting.error(`error: ${refusal(pair)}`);
    }
  });
}

function refusal(pair: OptionPair): string {
  if ("not" in pair) return `${pair.option} cannot be used with ${pair.not}: leave one of them out.`;
  const { option, needs, why = "alone it does nothing." } = pair;
  return `${option} needs ${needs.startsWith("--") ? needs : `a ${needs}`}: ${why}`;
}

/** A default or an environment variable does not count, because it applies to every command. */
function isTyped(command: Command, text: string): boolean {
  if (!text.startsWith("--")) {
    return command.processedArgs[command.registeredArguments.findIndex((argument) => argument.name() === text)] !== undefined;
  }
  const [flag = "", value] = text.split(" ");
  const name = flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (command.getOptionValueSourceWithGlobals(name) !== "cli") return false;
  return value === undefined || command.optsWithGlobals()[name] === value;
}

export function placeFlags({ local, data, stack, stage, region, profile }: DeploymentOptions): string {
  const ofStage = stage !== undefined && stack === stagedName(DEFAULT_STACK, stage);
  const placeOption = ofStage ? { stage } : { stack: stack === DEFAULT_STACK ? undefined : stack };
  const flags = local ? { data } : { ...placeOption, region, profile };
  return [
    local ? " --local" : "",
    ...Object.entries(flags).map(([name, value]) => (value === undefined ? "" : ` --${name} ${quoteShellWord(value)}`)),
  ].join("");
}
