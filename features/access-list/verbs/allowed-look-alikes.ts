import type { Deployment } from "../../../cli/deployment";
import { splitIntoChunks } from "../../../engine/collections";
import { splitAddress } from "../../../engine/sign-up/email";
import type { LookAlikes } from "../../look-alikes/store";
import { createLookAlikes } from "../store/look-alikes";

export function openLookAlikes({ dynamodb, tableOf }: Pick<Deployment, "dynamodb" | "tableOf">): LookAlikes {
  return createLookAlikes(dynamodb, tableOf);
}

/**
 * Returns warnings, by domain, of domains that only look like a known one.
 * @param verb what the operator should do only if the domain's owner is known, such as "approve"
 */
export async function readLookAlikes(
  people: readonly { readonly email: string }[],
  deployment: Pick<Deployment, "dynamodb" | "tableOf">,
  verb: string,
): Promise<ReadonlyMap<string, string>> {
  const domains = [...new Set(people.map(({ email }) => splitAddress(email).domain))];
  const lookAlikePairs = await findKnown(domains, openLookAlikes(deployment));
  return new Map(
    lookAlikePairs.map(([domain, like]) => [domain, `${domain} only looks like ${like}: ${verb} only if you know who owns ${domain}.`]),
  );
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
