import { makeMember } from "../../../adapters/operator/world";
import type { Visit } from "../../../console/app/visit";
import { entryPath } from "../../access-list/pages/access-list-parts";
import type { Denial, Somebody } from "../next-try";
import { denialsNow } from "../world";

/** Finds the entry that denies each person in a new try, with its page. */
export async function findDenialsNow<P extends Somebody>(
  { world, now }: Visit,
  people: readonly P[],
): Promise<ReadonlyMap<P, Denial & { readonly path: string }>> {
  const denials = await makeMember(denialsNow, world.place).findDenials(people, now);
  return new Map([...denials].map(([person, denial]) => [person, { ...denial, path: entryPath(denial.entry) }] as const));
}
