import { candidateAccounts } from "../../../adapters/graph/admitted-account";
import type { GraphClient } from "../../../adapters/graph/graph";
import { liveAccount } from "../../../adapters/graph/live-account";
import type { DynamoTable } from "../../../adapters/tables/table";
import { keepGiven } from "../../../engine/json";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { listRecordedVouchers, wasAddressProven } from "../../../engine/sign-up/issuers";
import type { PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import type { AccountRow } from "../../accounts/account";
import { type AccessSay, adopt, type Newcomer } from "../../accounts/change";
import type { AccountStore } from "../../accounts/store/accounts";
import { type PersonsRequests, requestBehind } from "../../accounts/store/request-behind";
import { accountOfJourney } from "../../external-tenant/store/journey-account";
import { type AdoptionSkip, findAdoption } from "../adoption";
import { endOfAccess } from "../due";
import type { ExpiryOfGates } from "../expiry";

/** Minimum time for each person: 200 people a minute. */
const PERSON_MS = 300;

type LettingIn = Pick<DecisionRecord, "at" | "reference" | "source" | "issuers" | "correlationId"> & {
  readonly emailProven: boolean;
  readonly emailVouchers?: readonly string[];
};

export interface AdmittedPerson {
  readonly personId: string;
  readonly email: string;
  readonly gate?: string;
  /** Oldest first. */
  readonly decisions: readonly LettingIn[];
}

export type Adopted = Pick<AdmittedPerson, "email" | "gate"> & { readonly reference: string } & (
    | { readonly outcome: "found"; readonly id: string; readonly until: string }
    | { readonly outcome: "already"; readonly id: string }
    | { readonly outcome: "not-found" | "ambiguous" }
    | { readonly outcome: "skipped"; readonly why: AdoptionSkip; readonly id?: string }
  );

export interface AdoptionPorts {
  readonly accounts: Pick<AccountStore, "byPerson" | "change" | "get">;
  readonly requests: PersonsRequests;
  readonly graph: Pick<GraphClient, "address" | "get" | "pause">;
  /** Contains the journeys, each of which leads from a decision to its account. */
  readonly ledger: DynamoTable;
  readonly hashes: PersonHashes;
  readonly expiry: ExpiryOfGates;
  readonly tenantDomain?: string | undefined;
  readonly say: AccessSay;
  readonly now: () => Date;
  /** Writes a row with its entry in the audit log. Without this method, nothing is written. @returns true if the row was written */
  readonly write?: (row: Newcomer, change: () => Promise<boolean>) => Promise<boolean>;
}

export class AdmittedPeople {
  readonly #people = new Map<string, { readonly person: Omit<AdmittedPerson, "decisions">; readonly decisions: LettingIn[] }>();

  add(record: DecisionRecord): void {
    const { personId, email, gate, at, reference, source, issuers, correlationId } = record;
    if (personId === undefined || email === undefined) return;
    const key = `${gate ?? DEFAULT_GATE}/${personId}`;
    const knownPerson = this.#people.get(key);
    const emailVouchers = listRecordedVouchers(record);
    const decision = {
      ...{ at, reference, source, emailProven: wasAddressProven(record) },
      ...(emailVouchers && { emailVouchers }),
      ...(issuers && { issuers }),
      ...(correlationId !== undefined && { correlationId }),
    };
    if (knownPerson !== undefined) knownPerson.decisions.push(decision);
    else this.#people.set(key, { person: { personId, email, ...(gate !== undefined && { gate }) }, decisions: [decision] });
  }

  all(): readonly AdmittedPerson[] {
    const people = [...this.#people.values()].map(({ person, decisions }) => ({
      ...person,
      decisions: decisions.sort((one, other) => (one.at < other.at ? -1 : 1)),
    }));
    return people.sort((one, other) => ((one.decisions[0]?.at ?? "") < (other.decisions[0]?.at ?? "") ? -1 : 1));
  }
}

/** Finds and adopts a person's account. Can be repeated: if the person already has a row, the row stays, and Graph is not called. */
export async function adoptAccount(person: AdmittedPerson, ports: AdoptionPorts): Promise<Adopted> {
  const { gate, email, decisions } = person;
  const personFacts = { email, ...(gate !== undefined && { gate }), reference: decisions.at(-1)?.reference ?? "" };
  const ownAccountRow = await ownRow(person, ports);
  if (ownAccountRow !== undefined) return { ...personFacts, outcome: "already", id: ownAccountRow.id, reference: ownAccountRow.reference };
  if (ports.expiry[gate ?? DEFAULT_GATE] === undefined) return { ...personFacts, outcome: "skipped", why: "no-end" };
  const began = ports.now().getTime();
  const came = await adoptFoundAccount(person, ports);
  await ports.graph.pause(Math.max(PERSON_MS - (ports.now().getTime() - began), 0));
  return { ...personFacts, ...came };
}

async function ownRow({ personId, decisions }: AdmittedPerson, { accounts }: AdoptionPorts): Promise<AccountRow | undefined> {
  for await (const page of accounts.byPerson(personId)) {
    const row = page.find(({ reference }) => decisions.some((each) => each.reference === reference));
    if (row !== undefined) return row;
  }
  return undefined;
}

type Came =
  | Pick<Extract<Adopted, { outcome: "found" }>, "outcome" | "id" | "until" | "reference">
  | Pick<Extract<Adopted, { outcome: "already" }>, "outcome" | "id">
  | Pick<Extract<Adopted, { outcome: "not-found" | "ambiguous" }>, "outcome">
  | Pick<Extract<Adopted, { outcome: "skipped" }>, "outcome" | "why" | "id">;

async function adoptFoundAccount(person: AdmittedPerson, ports: AdoptionPorts): Promise<Came> {
  const { email, decisions } = person;
  const { graph, tenantDomain, accounts } = ports;
  const issuers = [...new Set(decisions.flatMap((each) => each.issuers ?? []))];
  const isCustomer = decisions.some(({ source }) => source === "external-tenant");
  const knownAccountId = await knownId(decisions, ports);
  const candidates = await candidateAccounts(graph, { email, issuers, isCustomer }, { id: knownAccountId, tenantDomain });
  const adoption = findAdoption(candidates, decisions);
  if (adoption.kind === "skipped") return { outcome: "skipped", why: adoption.why };
  if (adoption.kind !== "one") return { outcome: adoption.kind };
  const { account, decision } = adoption;
  const id = account.id.toLowerCase();
  const storedRow = await accounts.get(id);
  if (storedRow !== undefined)
    return normaliseMailbox(storedRow.email) === normaliseMailbox(email)
      ? { outcome: "already", id }
      : { outcome: "skipped", why: "other-person", id };
  const live = await liveAccount(graph, account.id);
  if (live === undefined) return { outcome: "not-found" };
  const why = live.isColleague
    ? "colleague"
    : live.hasRole
      ? "role"
      : !live.addresses.includes(email)
        ? "other-address"
        : !live.accountEnabled
          ? "disabled"
          : undefined;
  if (why !== undefined) return { outcome: "skipped", why, id };
  return await takeIn(person, { ...account, id, language: live.language }, decision, ports);
}

/** Returns the account's id from one of the person's journeys. A journey has the id only after the account's first token was issued. */
async function knownId(decisions: readonly LettingIn[], ports: AdoptionPorts): Promise<string | undefined> {
  for (const decision of decisions.toReversed()) {
    const id = await accountOfJourney(decision, ports);
    if (id !== undefined) return id;
  }
  return undefined;
}

async function takeIn(
  { personId, email, gate }: AdmittedPerson,
  { id, userType, language }: { readonly id: string; readonly userType?: "Guest" | "Member"; readonly language?: string | undefined },
  { at, reference, emailProven, emailVouchers }: LettingIn,
  { accounts, requests, expiry, say, now, write }: AdoptionPorts,
): Promise<Came> {
  const gateExpiry = expiry[gate ?? DEFAULT_GATE];
  if (gateExpiry === undefined) return { outcome: "skipped", why: "no-end", id };
  const moment = now();
  const until = endOfAccess(at, gateExpiry, moment);
  const { sponsor, locales = language === undefined ? undefined : [language] } = await requestBehind(requests, {
    ...{ personId, email, emailProven, reference, gate },
  });
  const row: Newcomer = {
    ...{ id, personId, email, emailProven, reference, letInAt: at, arrivedAt: moment.toISOString(), until },
    ...keepGiven({ emailVouchers, gate, userType, sponsor, locales }),
    ...(gateExpiry.renew === "approvers" && { renew: gateExpiry.renew }),
  };
  const isNew = await (write?.(row, async () => (await accounts.change(id, (storedRow) => adopt(storedRow, row, say, moment))).ok) ?? true);
  return isNew ? { outcome: "found", id, until, reference } : { outcome: "already", id };
}
