import { randomUUID } from "node:crypto";
import type { Deployment } from "../../../cli/deployment";
import { findMissingRight } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import type { VerbHooks } from "../../../cli/verb";
import { keyedHash } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import { listWays } from "../next-try";

export const hooks = { readPersonNow } satisfies VerbHooks;

/** Undefined for a stack that stores no decisions. Other verbs load this file at once, and the files that decide only with a call. */
async function readPersonNow(email: string, stack: Deployment, output: Pick<Output, "warn">) {
  if (stack.tables.decisions === undefined) return undefined;
  const deployment = dropRefusedKey(stack);
  const { findGateNow, readPerson } = await import("./read-person");
  const { records } = await readPerson(email, stack, { output, now: new Date(), parts: ["decisions", "requests"] });
  const findWays = async (gate: string | undefined, policies: readonly Policy[]) =>
    listWays({ email, gate, records, policies, hashes: await deployment.hashes() });
  return { gate: findGateNow(records, deployment), findWays };
}

/** Without the right to read the key of hashes, rows that are stored under a hash are not found. The list has none. */
function dropRefusedKey(deployment: Deployment): Deployment {
  const hashes = async () => {
    try {
      return await deployment.hashes();
    } catch (error) {
      if (findMissingRight(error) === undefined) throw error;
      return { hashOf: keyedHash(randomUUID()) };
    }
  };
  // A copy of the members would read all of the stack's outputs, and an older stack lacks some.
  return Object.create(deployment, { hashes: { value: hashes } }) as Deployment;
}
