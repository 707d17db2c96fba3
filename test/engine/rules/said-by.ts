import { createRecords, rowsUnder } from "../../../engine/sign-up/records";
import type { AnyRule, Context } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict } from "../../../engine/sign-up/verdict";
import { hashOf, NOW } from "../sign-up/people";
import { memory } from "./memory-world";

/** What stands in the tables, and what of the context a test is about. */
type Scene = Partial<Context> & { readonly rows?: Parameters<typeof memory>[0] };

/** All that one rule says, its effects too: it is asked as the engine asks it, and may see no row that its `needs` did not name. */
export async function saidBy(rule: AnyRule, signUp: SignUp, { rows = [], now = NOW, ...more }: Scene = {}): Promise<AnyVerdict> {
  const { world, rows: held } = memory(rows);
  const keys = rule.needs?.(signUp, hashOf, now) ?? [];
  const context = {
    records: createRecords(keys, rowsUnder(keys, held)),
    findings: {},
    received: signUp,
    said: [],
    now,
    signal: new AbortController().signal,
    remainingMs: () => 60_000,
    hashOf,
    services: world as never,
    ...more,
  };
  const verdict = await rule.decide?.(signUp, context);
  if (verdict === undefined) throw new Error(`${rule.name} says nothing.`);
  return verdict;
}
