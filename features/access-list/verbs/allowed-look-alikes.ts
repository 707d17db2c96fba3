import type { Deployment } from "../../../cli/deployment";
import { splitIntoChunks } from "../../../engine/collections";
import type { LookAlikes } from "../../look-alikes/store";
import { createLookAlikes } from "../store/look-alikes";

export function openLookAlikes({ dynamodb, tableOf }: Pick<Deployment, "dynamodb" | "tableOf">): LookAlikes {
  return createLookAlikes(dynamodb, tableOf);
}

/** Returns pairs: a domain, and the known domain that it looks like. */
export async function findKnown(domains: readonly string[], { lookAlikesOf }: LookAlikes): Promise<readonly (readonly [string, string])[]> {
  const lookAlikePairs: (readonly [string, string])[] = [];
  for (const some of splitIntoChunks(domains, AT_ONCE)) {
    for (const [domain, [first]] of await lookAlikesOf(some)) if (first !== undefined) lookAlikePairs.push([domain, first.like]);
  }
  return lookAlikePairs;
}

const AT_ONCE = 100;
