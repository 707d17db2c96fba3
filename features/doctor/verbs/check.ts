import type { AwsClient } from "../../../adapters/aws/client";
import { GATES_OUTPUT, gatesOfStack } from "../../../adapters/aws/deployment-name";
import { secretVersion } from "../../../adapters/aws/secrets";
import { SettingsError } from "../../../adapters/aws/settings";
import { systemClock } from "../../../adapters/system";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { type Account, ASKING_LIMIT_MS, type AwsAccess, accountFor } from "../../../cli/aws/account";
import { fetchStack, type Stack } from "../../../cli/aws/stack";
import type { DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor, findInstance } from "../../../cli/deployment";
import type { Fault } from "../../../cli/failure";
import { failProbe, type ProbeFindings, type ProbeResult, probe, skipProbe } from "../../../cli/probe";
import { within } from "../../../engine/sign-up/time";
import type { GatehouseSettings } from "../../../lib/gatehouse-stack";
import { settingsIn } from "../../../lib/settings";

/** Must not depend on the result of another check. */
export interface DoctorCheck {
  readonly name: string;
  run(context: DoctorContext): Promise<ProbeResult>;
}

type Look<T extends readonly unknown[]> = (...args: [...T, AbortSignal]) => ProbeFindings | Promise<ProbeFindings>;

function defineCheck<T>(name: string, read: (context: DoctorContext) => Promise<T>, look: Look<[T, DoctorContext]>): DoctorCheck {
  return {
    name,
    run: (context) =>
      probe(name, async () => {
        const subject = await read(context);
        return await within(ASKING_LIMIT_MS, systemClock, async (signal) => await look(subject, context, signal));
      }),
  };
}

/** Defines a check of this machine and the app, or of public facts. */
export function onMachine(name: string, look: Look<[DoctorContext]>): DoctorCheck {
  return defineCheck(
    name,
    async (context) => context,
    (context, _, signal) => look(context, signal),
  );
}

export function inAccount(name: string, look: Look<[Account, DoctorContext]>): DoctorCheck {
  return defineCheck(name, findAccount, look);
}

export function inStack(name: string, look: Look<[Stack, DoctorContext]>): DoctorCheck {
  return defineCheck(name, readStack, look);
}

export function inTables(name: string, look: Look<[CheckedTables, DoctorContext]>): DoctorCheck {
  return defineCheck(name, (context) => (context.options.local ? readLocalTables(context) : readStackTables(context)), look);
}

export interface CheckedTables {
  readonly client: AwsClient;
  readonly names: Readonly<Partial<Record<AnyTableName, string>>>;
  readonly gates: readonly string[];
}

export async function findAccount({ account }: DoctorContext): Promise<Account> {
  return await account().catch(() => skipProbe("AWS cannot be asked"));
}

async function readStack(context: DoctorContext): Promise<Stack> {
  await findAccount(context);
  const stack = await context.stack().catch(() => skipProbe("the stack cannot be read"));
  return stack ?? skipProbe("it is not deployed");
}

async function readStackTables(context: DoctorContext): Promise<CheckedTables> {
  const stack = await readStack(context);
  const names = Object.entries(tables).map(([table, { output }]) => [table, stack.output(output)]);
  const gates = gatesOfStack(stack.output(GATES_OUTPUT));
  return { client: stack.account.tables, names: Object.fromEntries(names), gates };
}

/** If no npm start is running, the check `local` reports that. */
async function readLocalTables({ options }: DoctorContext): Promise<CheckedTables> {
  if (findInstance(options) === undefined) skipProbe("none is running");
  const { dynamodb: client, tables: names, gates } = await deploymentFor(options);
  return { client, names, gates };
}

export interface DoctorOptions extends DeploymentOptions, JsonOption {
  /** The folder with the policy of the unnamed gate. */
  readonly policy?: string;
  readonly beforeDeploy?: boolean;
  /** If this option is set, the command records Entra's calls and runs no checks. */
  readonly record?: string;
  readonly port?: number;
}

/** All checks share one context, and each part of it is read once. */
export interface DoctorContext {
  readonly app: string;
  readonly options: DoctorOptions;
  readonly node: string;
  /** Empty if settings.ts cannot be read: the check `settings` reports that. */
  readonly settings: GatehouseSettings;
  /** Rejects if AWS cannot be called: the check `aws` reports that. */
  account(): Promise<Account>;
  /** Rejects if AWS does not answer: the check `stack` reports that. */
  stack(): Promise<Stack | undefined>;
}

export function doctorContext(app: string, options: DoctorOptions): DoctorContext {
  let account: Promise<Account> | undefined;
  let stack: Promise<Stack | undefined> | undefined;
  const theAccount = () => (account ??= accountFor(options));
  return {
    app,
    options,
    node: process.versions.node,
    settings: { ...settingsIfAny(app), ...(options.policy !== undefined && { policy: options.policy }) },
    account: theAccount,
    stack: () =>
      (stack ??= theAccount().then((each) => within(ASKING_LIMIT_MS, systemClock, (signal) => fetchStack(each, options.stack, signal)))),
  };
}

function settingsIfAny(app: string): GatehouseSettings {
  try {
    return settingsIn(app);
  } catch {
    return {};
  }
}

export async function joinFaults(looks: readonly (readonly Fault[] | Promise<readonly Fault[]>)[]): Promise<readonly Fault[]> {
  return (await Promise.all(looks)).flat();
}

export async function secretText(account: AwsAccess, id: string): Promise<string> {
  return (await secretVersion(account.secretsManager, id, "AWSCURRENT"))?.SecretString?.trim() ?? "";
}

/** Says how a check reads a secret. `output` is the stack's output that names the secret. */
interface TypedSettings<T> {
  readonly check: string;
  readonly output: string;
  /** Why the check is skipped if the stack has no such output. */
  readonly without: string;
  /** The page about the secret's members. */
  readonly page: string;
  read(secret: string): T;
}

export async function readTypedSettings<T>(stack: Stack, { check, output, without, page, read }: TypedSettings<T>): Promise<T> {
  const arn = stack.output(output) ?? skipProbe(without);
  const secret = await secretText(stack.account, arn);
  if (!secret.startsWith("{")) skipProbe(`the secret ${output} is yet to be filled in`);
  try {
    return read(secret);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return failProbe(`${check}.settings`, error.message, `Put it right in the secret ${arn}: ${page}.`);
  }
}
