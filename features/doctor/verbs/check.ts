import { secretsManager } from "../../../adapters/aws/client";
import { secretVersion } from "../../../adapters/aws/secrets";
import { systemClock } from "../../../adapters/system";
import { type Account, ASKING_LIMIT_MS, accountFor } from "../../../cli/aws/account";
import { type Stack, stackOf } from "../../../cli/aws/stack";
import type { DeploymentOptions, JsonOption } from "../../../cli/command";
import { explained, type Fault } from "../../../cli/failure";
import { DeadlineError, within } from "../../../engine/sign-up/time";
import type { GatehouseSettings } from "../../../lib/gatehouse-stack";
import { settingsIn } from "../../../lib/settings";

/** A check's faults, or the reason why it was skipped. */
export type CheckResult = readonly Fault[] | { readonly skipped: string };

/** One thing that doctor looks at. No check waits for another's result. */
export interface DoctorCheck {
  readonly name: string;
  /** Anything that prevents the check, such as a missing permission, becomes a fault. Never rejects. */
  run(context: DoctorContext): Promise<CheckResult>;
}

type Look<T extends readonly unknown[]> = (...given: [...T, AbortSignal]) => CheckResult | Promise<CheckResult>;

export const nothingWrong: readonly Fault[] = [];

/** A check of this machine and the app, or of public facts. */
export function onMachine(name: string, look: Look<[DoctorContext]>): DoctorCheck {
  return { name, run: (context) => held(name, async (signal) => await look(context, signal)) };
}

/** A check that asks AWS about the account. */
export function inAccount(name: string, look: Look<[Account, DoctorContext]>): DoctorCheck {
  return {
    name,
    async run(context) {
      const account = await context.account().catch(() => undefined);
      if (account === undefined) return { skipped: "AWS cannot be asked" };
      return await held(name, async (signal) => await look(account, context, signal));
    },
  };
}

/** A check of what is deployed. */
export function inStack(name: string, look: Look<[Stack, DoctorContext]>): DoctorCheck {
  return {
    name,
    async run(context) {
      if ((await context.account().catch(() => undefined)) === undefined) return { skipped: "AWS cannot be asked" };
      const stack = await context.stack().catch(() => null);
      if (stack === null) return { skipped: "the stack cannot be read" };
      if (stack === undefined) return { skipped: "it is not deployed" };
      return await held(name, async (signal) => await look(stack, context, signal));
    },
  };
}

async function held(name: string, look: (signal: AbortSignal) => Promise<CheckResult>): Promise<CheckResult> {
  try {
    return await within(ASKING_LIMIT_MS, systemClock, look);
  } catch (error) {
    const isLate = error instanceof DeadlineError;
    const fix = isLate ? `It took longer than ${ASKING_LIMIT_MS / 1_000} s: check the network and the proxy.` : explained(error);
    return [{ id: `${name}.unknown`, what: `The check ${name} could not run.`, fix }];
  }
}

export interface DoctorOptions extends DeploymentOptions, JsonOption {
  /** The folder of the unnamed gate's policy. */
  readonly policy?: string;
  readonly beforeDeploy?: boolean;
  /** The file for the form of Entra's calls, which are then recorded instead of checked. */
  readonly record?: string;
  readonly port?: number;
}

/** Input of checks. Shared parts are read once. */
export interface DoctorContext {
  /** The app's folder. */
  readonly app: string;
  readonly options: DoctorOptions;
  /** The version of Node that runs this. */
  readonly node: string;
  /** From settings.ts; empty if that cannot be read, which the check `settings` reports. */
  readonly settings: GatehouseSettings;
  /** Rejects if AWS cannot be called, which the check `aws` reports. */
  account(): Promise<Account>;
  /** Undefined if there is no such stack. Rejects if AWS does not answer, which the check `stack` reports. */
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
      (stack ??= theAccount().then((each) => within(ASKING_LIMIT_MS, systemClock, (signal) => stackOf(each, options.stack, signal)))),
  };
}

function settingsIfAny(app: string): GatehouseSettings {
  try {
    return settingsIn(app);
  } catch {
    return {};
  }
}

/** A secret's current value; empty if there is none. */
export async function secretText(account: Account, id: string): Promise<string> {
  return (await secretVersion(account.client(secretsManager), id, "AWSCURRENT"))?.SecretString?.trim() ?? "";
}
