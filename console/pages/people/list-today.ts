import { type Checked, checkStep } from "../../../engine/access-list/check-step";
import { rowKey } from "../../../engine/access-list/entry";
import type { FileRow } from "../../../engine/access-list/files/row";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import { ENTRA_ISSUER, type Identity, issuersOf, MAIL_ISSUER, type SignUp } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { gateAsked } from "../../parts/gates";
import type { KnownPerson } from "./known-person";

/** How many ways of signing in are shown. */
const MAX_WAYS = 4;

/** Somebody at a gate, by one way of signing in. */
export type Visitor = Omit<SignUp, "step">;

/** How the person of this address signed up, from what is known of them; otherwise the address alone. */
export function visitorsOf(
  visit: Visit,
  email: string,
  { recent, requests }: Pick<KnownPerson, "recent" | "requests">,
): readonly Visitor[] {
  const gate = gateAsked(visit) ?? recent[0]?.gate ?? requests[0]?.gate ?? DEFAULT_GATE;
  const ways = new Map<string, readonly Identity[]>();
  // Requests hold the account's id, decisions its provider alone: the first of a provider holds the most.
  for (const identities of [...requests.map((request) => request.identities), ...recent.map(identitiesOf)]) {
    const way = identities.map(({ issuer }) => issuer).join();
    if (!ways.has(way)) ways.set(way, identities);
  }
  const found = ways.size === 0 ? [[]] : [...ways.values()];
  return found.slice(0, MAX_WAYS).map((identities) => visitor({ email, identities, ...(gate !== DEFAULT_GATE && { gate }) }));
}

/** The person of a record. It holds only a hash of the account, so entries of accounts are not found. */
export function visitorOf({ email, gate, ...record }: DecisionRecord): Visitor | undefined {
  return email === undefined ? undefined : visitor({ email, identities: identitiesOf(record), ...(gate !== undefined && { gate }) });
}

function identitiesOf({ issuers = [] }: Pick<DecisionRecord, "issuers">): readonly Identity[] {
  return issuers.filter((issuer) => issuer !== ENTRA_ISSUER).map((issuer) => ({ issuer }));
}

function visitor({ email, identities, ...place }: Pick<SignUp, "email" | "identities" | "gate">): Visitor {
  // With a code by mail, the address itself is the account's id.
  const known = identities.map((each) => (each.issuer === MAIL_ISSUER ? { issuerAssignedId: email, ...each } : each));
  return { email, identities: known, ...place, attributes: {}, locales: [], source: "b2b" };
}

/** What the list makes of one visitor, and the rows behind it. */
export interface ListAnswer {
  readonly issuers: readonly string[];
  readonly checked: readonly Checked[];
  readonly rows: ReadonlyMap<string, Row>;
}

/** By the deployed steps' own rules, as "What would happen to…". @param planned an entry as if it stood there */
export async function listAnswer({ world, now }: Visit, person: Visitor, planned?: FileRow): Promise<ListAnswer> {
  const rows = new Map<string, Row>();
  const read = async (keys: readonly RecordKey[]) => {
    const found = new Map(await world.rows.read(keys));
    for (const key of keys) {
      const entry = String(key.key.entry);
      if (planned?.entry === entry) found.set(recordId(key), { ...planned });
      const row = found.get(recordId(rowKey(entry)));
      if (row !== undefined) rows.set(entry, row);
    }
    return found;
  };
  const policies = world.policiesAt(person.gate ?? DEFAULT_GATE);
  const checked = await Promise.all(policies.map((policy) => checkStep(policy, { ...person, step: policy.step }, read, now)));
  return { issuers: issuersOf(person), checked: checked.flat(), rows };
}
