import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { inChunks } from "../../../engine/in-batches";
import { partsOf } from "../../../engine/sign-up/email";
import type { LookAlikes } from "../../look-alikes/store";
import { domainToCompare, type EditedRow } from "../edit-check";
import { lookAlikesAt } from "../store/look-alikes";
import { concernText } from "./list-file";

export function alikeFor({ dynamodb, tableOf }: Pick<Deployment, "dynamodb" | "tableOf">): LookAlikes {
  return lookAlikesAt(dynamodb, tableOf);
}

/**
 * Warns of people whose domain only looks like a known one, by these domains.
 * @param verb what to do only if one knows the owner: "approve"
 */
export async function readLookAlikes(
  people: readonly { readonly email: string }[],
  deployment: Pick<Deployment, "dynamodb" | "tableOf">,
  verb: string,
): Promise<ReadonlyMap<string, string>> {
  const domains = [...new Set(people.map(({ email }) => partsOf(email).domain))].slice(0, COMPARED);
  const found = await findKnown(domains, alikeFor(deployment));
  return new Map(
    found.map(([domain, like]) => [domain, `${domain} only looks like ${like}: ${verb} only if you know who owns ${domain}.`]),
  );
}

/** Lists the domains that look like a known one, each with that one. */
async function findKnown(domains: readonly string[], { lookAlikesOf }: LookAlikes): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const some of inChunks(domains, AT_ONCE)) {
    for (const [domain, [first]] of await lookAlikesOf(some)) if (first !== undefined) found.push([domain, first.like]);
  }
  return found;
}

const COMPARED = 5_000;
const AT_ONCE = 100;
const SHOWN = 20;

interface AllowedLookAlikes {
  add(edit: EditedRow): void;
  /** Finds them and prints them before anything is written. */
  tell(alike: LookAlikes, output: Output): Promise<number>;
}

export function allowedLookAlikes(): AllowedLookAlikes {
  const domains = new Set<string>();
  let left = 0;
  return {
    add(edit) {
      const domain = domainToCompare(edit);
      if (domain === undefined || domains.has(domain)) return;
      if (domains.size < COMPARED) domains.add(domain);
      else left += 1;
    },
    async tell(alike, output) {
      const found = await findKnown([...domains], alike);
      for (const [domain, about] of found.slice(0, SHOWN)) output.warn(`Warning: ${domain}: ${concernText({ code: "looksLike", about })}`);
      if (found.length > SHOWN) output.warn(`and ${found.length - SHOWN} more that look like a known domain.`);
      if (left > 0) output.warn(`${left} more domains were not compared with known ones.`);
      return found.length;
    },
  };
}
