import type { Deployment } from "../../../cli/deployment";
import type { VerbHooks } from "../../../cli/verb";
import type { Policy } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { tryNow } from "../next-try";

export const hooks = { readPersonNow } satisfies VerbHooks;

/** Undefined for a stack that stores no decisions. Other verbs load this file at once, and the files that decide only with a call. */
async function readPersonNow(email: string, deployment: Deployment) {
  if (deployment.tables.decisions === undefined) return undefined;
  const [{ dryRun }, { findGateNow, readPerson }] = await Promise.all([import("./dry-run"), import("./read-person")]);
  const records = await readPerson(email, deployment);
  const findWays = async (gate: string | undefined, policies: readonly Policy[]) => {
    const now = new Date();
    const decide = (policy: Policy, signUp: SignUp) => dryRun(policy, signUp, deployment, now, false);
    const tries = await tryNow({ email, gate, records, policies, hashes: await deployment.hashes(), now, decide });
    return tries.map(({ visitor }) => visitor);
  };
  return { gate: findGateNow(records, deployment), findWays };
}
