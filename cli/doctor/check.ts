import { systemClock } from "../../adapters/system";
import { DeadlineError, within } from "../../engine/sign-up/time";
import { explained } from "../failure";
import { type Account, ASKING_LIMIT_MS } from "./account";
import type { DoctorContext } from "./context";
import type { Stack } from "./stack";

/** Something that is wrong, and what to do about it: a sentence each. */
export interface Fault {
  /** "aws.bootstrap" */
  readonly id: string;
  readonly what: string;
  readonly mend: string;
}

/** What a check found: nothing wrong, faults, or why there was nothing to look at. */
export type CheckResult = readonly Fault[] | { readonly skipped: string };

/** One thing that doctor looks at. No check waits for another's result. */
export interface DoctorCheck {
  readonly name: string;
  /** Whatever keeps it from looking, such as a missing permission, is a fault of its own. Never rejects. */
  run(context: DoctorContext): Promise<CheckResult>;
}

/** What a check does with what it looks at. */
type Look<T extends readonly unknown[]> = (...given: [...T, AbortSignal]) => CheckResult | Promise<CheckResult>;

export const nothingWrong: readonly Fault[] = [];

/** A check of this machine and the app, or of what anybody may ask. */
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
    const mend = isLate ? `It took longer than ${ASKING_LIMIT_MS / 1_000} s: check the network and the proxy.` : explained(error);
    return [{ id: `${name}.unknown`, what: `Whether all is well with ${name} could not be found out.`, mend }];
  }
}
