import type { Deployment } from "../../../cli/deployment";
import type { VerbHooks } from "../../../cli/verb-hooks";
import type { Policy } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { tryNow, type Visitor } from "../next-try";

export const hooks = { findNewestGate, findWaysNow } satisfies VerbHooks;

/** Undefined for a stack that stores no decisions. Other verbs load this file at once, and the files that decide only with a call. */
async function findWaysNow(
  email: string,
  gate: string | undefined,
  policies: readonly Policy[],
  deployment: Deployment,
): Promise<readonly Visitor[] | undefined> {
  if (deployment.tables.decisions === undefined) return undefined;
  const [{ dryRun }, { readPerson }] = await Promise.all([import("./dry-run"), import("./read-person")]);
  const now = new Date();
  const decide = (policy: Policy, signUp: SignUp) => dryRun(policy, signUp, deployment, now, false);
  const records = await readPerson(email, deployment);
  const tries = await tryNow({ email, gate, records, policies, hashes: await deployment.hashes(), now, decide });
  return tries.map(({ visitor }) => visitor);
}

/** Undefined for a stack that stores no decisions. */
async function findNewestGate(email: string, deployment: Deployment): Promise<string | undefined> {
  if (deployment.tables.decisions === undefined) return undefined;
  const { findGateNow, readPerson } = await import("./read-person");
  return findGateNow(await readPerson(email, deployment), deployment);
}
