import type { Visit } from "../../../console/app/visit";
import { gateAsked } from "../../../console/parts/gates";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { listIssuers, MAIL_ISSUER } from "../../../engine/sign-up/issuers";
import type { Identity } from "../../../engine/sign-up/sign-up";
import {
  heedsAllow,
  type ListAnswer,
  listAnswer,
  noAllow,
  toVisitor,
  tryAllow,
  type Visitor,
  visitorBy,
} from "../../decisions/pages/list-answer";
import type { KnownPerson } from "./known-person";

const MAX_WAYS = 4;

/**
 * Returns the gate for which the page shows what a new try would give: that of the page's address, or else of the newest decision or
 * request.
 */
export function findAskedGate(visit: Visit, { recent, requests }: Pick<KnownPerson, "recent" | "requests">): string {
  return gateAsked(visit) ?? recent[0]?.gate ?? requests[0]?.gate ?? DEFAULT_GATE;
}

export function listAnswers(
  visit: Visit,
  email: string,
  personRecords: Pick<KnownPerson, "recent" | "requests">,
): Promise<readonly ListAnswer[]> {
  return Promise.all(listVisitors(visit, email, personRecords).map((visitor) => listAnswer(visit, visitor)));
}

/** Returns a person's known ways of signing in. If none is known, returns a one-time passcode mailed to the address. */
function listVisitors(visit: Visit, email: string, personRecords: Pick<KnownPerson, "recent" | "requests">): readonly Visitor[] {
  const askedGate = findAskedGate(visit, personRecords);
  const gate = askedGate === DEFAULT_GATE ? undefined : askedGate;
  const by = (identities: readonly Identity[]) => visitorBy({ email, identities, ...(gate !== undefined && { gate }) });
  // Omits records of earlier versions, which do not name the provider.
  const decisionsWithIssuers = personRecords.recent.filter(({ issuers = [] }) => issuers.length > 0);
  const ways = new Map<string, Visitor>();
  // Requests come first, because they have the account's id. Decisions have only the account's provider.
  for (const visitor of [
    ...personRecords.requests.map(({ identities }) => by(identities)),
    ...decisionsWithIssuers.flatMap((record) => toVisitor({ ...record, email, gate }) ?? []),
  ]) {
    const way = [...listIssuers(visitor), visitor.emailTyped].join();
    if (!ways.has(way)) ways.set(way, visitor);
  }
  return ways.size === 0 ? [by([{ issuer: MAIL_ISSUER }])] : [...ways.values()].slice(0, MAX_WAYS);
}

/** Tests an allow of the person's address: whether it would help, and which closer entry would still stop the person. */
export async function allowingFor(visit: Visit, email: string, personRecords: Pick<KnownPerson, "recent" | "requests">) {
  if (!visit.may("Administrator")) return noAllow;
  const { closer, helps } = await tryAllow(visit, email, listVisitors(visit, email, personRecords));
  const gate = findAskedGate(visit, personRecords);
  const last = personRecords.recent.find((record) => (record.gate ?? DEFAULT_GATE) === gate);
  return { closer, helps: helps && heedsAllow(visit, last) };
}
