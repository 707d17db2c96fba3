import type { Visit } from "../../../console/app/visit";
import { readGate } from "../../../console/parts/gates";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { findNewestGate } from "../../approvals/request";
import { heedsAllow, type ListAnswer, noAllow, tryAllow } from "../../decisions/pages/list-answer";
import { readNextTry, type WayShown } from "../../decisions/pages/tried-now";
import type { KnownPerson } from "./read-person";

/**
 * Returns the gate for which the page shows what a new try would give: that of the page's address, or else of the newest decision or
 * request. An invitation to another gate does not count here, and the answer says so.
 */
export function findAskedGate(visit: Visit, { recent, requests }: Pick<KnownPerson, "recent" | "requests">): string {
  return readGate(visit) ?? findNewestGate(recent, requests);
}

/**
 * Returns what a new try would give with each way of signing in, the list's answers for the same ways, and, in `allowing`, whether an allow
 * of the person's address would help, and which closer entry would still stop the person.
 */
export async function readTries(
  visit: Visit,
  email: string,
  personRecords: Pick<KnownPerson, "recent" | "requests">,
): Promise<PersonTries> {
  const gate = findAskedGate(visit, personRecords);
  const tries = await readNextTry(visit, { email, gate, recent: personRecords.recent });
  const visitors = tries.map(({ visitor }) => visitor);
  const outcomes = tries.map(({ list }) => list);
  if (!visit.may("Administrator")) return { tries, outcomes, allowing: noAllow };
  const { closer, helps } = await tryAllow(visit, email, visitors);
  const last = personRecords.recent.find((record) => (record.gate ?? DEFAULT_GATE) === gate);
  return { tries, outcomes, allowing: { closer, helps: helps && heedsAllow(visit, last) } };
}

export interface PersonTries {
  readonly tries: readonly WayShown[];
  readonly outcomes: readonly ListAnswer[];
  readonly allowing: Awaited<ReturnType<typeof tryAllow>>;
}

export const noTries: PersonTries = { tries: [], outcomes: [], allowing: noAllow };
