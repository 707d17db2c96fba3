import { addressOf, splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { ADDRESS_PROVERS, BUILT_IN_ISSUERS, ONLY_PROVIDERS } from "../../engine/sign-up/issuers";
import type { Policy } from "../../engine/sign-up/policy";
import type { AnyRule, RecordKey, Row } from "../../engine/sign-up/rule";
import type { Identity, SignUp, Trust } from "../../engine/sign-up/sign-up";
import { ruleTrust } from "../../engine/sign-up/trust";
import { haveStepsPeopleWait } from "../../engine/sign-up/waiting";
import { classesOf } from "./classes";
import { type ClassName, classNames, rowKey } from "./entry";
import { candidates, match, partnerKeys } from "./match";
import { findWaitingGates, isLive, type ListRow } from "./row";
import { ACCESS_LIST } from "./rule";

// A deny also counts after the sign-up: approving or inviting a person checks the list, with the classes and trust of the person's gate.

export interface AskedList {
  readonly classes: readonly ClassName[];
  /** @default every provider */
  readonly trust?: readonly string[];
  /** True if no rule asks for approval: an entry that requires one then denies. */
  readonly refusesWaiting?: true;
  /** The providers that the gate trusts for addresses, and its flow takes. @default those of `trust` */
  readonly ways?: readonly string[];
}

/** The lists that each gate's policy asks. Empty for a gate whose policy has no list. Undefined if the policies are not known. */
export type AskedLists = Readonly<Record<string, readonly AskedList[]>> | undefined;

export interface JudgedPerson {
  readonly email: string;
  /** Undefined if not known: then entries of identity providers and accounts do not count, nor entries limited to a provider. */
  readonly identities: readonly Identity[] | undefined;
  readonly gate?: string;
  /** Providers that vouch for the address. If absent, no allow of the address counts. "later": the sign-up will prove the address. */
  readonly emailVouchers?: readonly string[] | "later";
  /** True if the person will sign up: a list with `refusesWaiting` then denies them by an entry that requires an approval. */
  readonly signsUp?: boolean;
}

/** A person who will sign up, with an unknown provider. */
export function toInvitee({ email, gate }: Pick<JudgedPerson, "email" | "gate">) {
  return { email, identities: undefined, emailVouchers: "later" as const, signsUp: true, ...(gate !== undefined && { gate }) };
}

/** Omits lists in shadow, which stop nobody. */
export function listsOfPolicies(policies: readonly Policy[]): readonly AskedList[] {
  const ways = listTrustedWays(policies);
  const haveWait = haveStepsPeopleWait(policies);
  const lists = policies.flatMap(({ step, rules, options }) => {
    if (step === "before-sending-token") return [];
    return rules.flatMap((entry) => {
      if ("shadow" in entry || entry.name !== ACCESS_LIST) return [];
      const isRefusing = step === "after-sign-in" ? !haveWait : entry.decideWithoutApproval === undefined;
      const list = toAskedList(entry, options.trust);
      const isUsual = String(ways) === String(list.trust ?? BUILT_IN_ISSUERS);
      return [{ ...list, ...(isRefusing && { refusesWaiting: true as const }), ...(!isUsual && { ways }) }];
    });
  });
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
}

/** The providers with which somebody can sign in of whom nothing is known. Undefined if the policies are not known. */
export function listWaysAt(lists: AskedLists, gate: string = DEFAULT_GATE): readonly string[] | undefined {
  if (lists === undefined || !Object.hasOwn(lists, gate)) return undefined;
  const [first] = lists[gate] ?? [];
  return first && (first.ways ?? first.trust ?? BUILT_IN_ISSUERS);
}

/** The providers that the policy trusts and its flow takes. If it takes none of them, the others that it takes. */
export function listTrustedWays(policies: readonly Policy[]): readonly string[] {
  const policy = policies.find(({ step }) => step === "before-create-user") ?? policies[0];
  const trust = policy?.options.trust ?? ADDRESS_PROVERS;
  const trusted = trust === "any" || trust.length === 0 ? BUILT_IN_ISSUERS : trust;
  const limits = policies.flatMap(({ rules }) => rules.flatMap((each) => ("shadow" in each ? [] : listLimits(each))));
  const isTaken = (issuer: string) => limits.every((providers) => providers.includes(issuer));
  const taken = trusted.filter(isTaken);
  return taken.length > 0 ? taken : BUILT_IN_ISSUERS.filter(isTaken);
}

function listLimits({ uses = [] }: AnyRule): readonly (readonly string[])[] {
  return uses.flatMap((use) => ("worker" in use && use.worker === ONLY_PROVIDERS ? [use.settings as readonly string[]] : []));
}

export function listsOfGates(gates: readonly string[], policiesAt: (gate: string) => readonly Policy[]): AskedLists {
  return Object.fromEntries(gates.map((gate) => [gate, listsOfPolicies(policiesAt(gate))]));
}

function toAskedList(rule: AnyRule, step: Trust | undefined): AskedList {
  const data = new Set((rule.uses ?? []).flatMap((use) => ("data" in use ? [use.data] : [])));
  const trust = ruleTrust(rule, step);
  return { classes: classNames.filter((name) => data.has(name)), ...(trust !== "any" && { trust }) };
}

/** The list for unknown policies: every entry counts. */
const anyList: readonly AskedList[] = [{ classes: classNames }];

function pickLists(lists: AskedLists, { gate = DEFAULT_GATE }: JudgedPerson): readonly AskedList[] {
  if (lists === undefined) return anyList;
  // If the gate was removed, a deny of any other gate's list counts.
  return Object.hasOwn(lists, gate) ? (lists[gate] as readonly AskedList[]) : Object.values(lists).flat();
}

/** The keys of the rows that decide whether the list denies a person. Empty if no list is asked. */
export function denialKeys(person: JudgedPerson, lists: AskedLists): readonly RecordKey[] {
  const askedLists = pickLists(lists, person);
  if (askedLists.length === 0) return [];
  const signUp = toSignUp(person);
  // The partner's row is needed: without it, the partner's allow would not count.
  const partner = partnerKeys(signUp).map(({ table, key }) => ({ table, key }));
  return [...candidates(signUp, pickClasses(person, askedLists)).map(({ key }) => rowKey(key)), ...partner];
}

/** The entry by which the list denies a person. @param find returns the row under a key of `denialKeys` */
export function denyingEntry(
  person: JudgedPerson,
  lists: AskedLists,
  find: (key: RecordKey) => Row | undefined,
  now: Date,
): string | undefined {
  const signUp = toSignUp(person);
  const findEntry = (entry: string): Row | undefined => {
    const row = find(rowKey(entry));
    return person.identities === undefined && (entry.startsWith("issuer:") || row?.issuer !== undefined) ? undefined : row;
  };
  const [partner] = partnerKeys(signUp).map(find);
  for (const list of pickLists(lists, person)) {
    const { listed, matches } = match(signUp, pickClasses(person, [list]), findEntry, now, isProven(person, list), partner);
    // Approving a person gives the approval that the entry requires. Inviting a person does not, so a list with `refusesWaiting` refuses
    // them.
    const isRefused = listed === "approval" && list.refusesWaiting === true && person.signsUp === true;
    if (listed === "deny" || isRefused) return matches[0]?.entry;
  }
  return undefined;
}

function isProven({ emailVouchers = [] }: JudgedPerson, { trust }: AskedList): boolean {
  if (emailVouchers === "later") return true;
  return emailVouchers.length > 0 && emailVouchers.every((issuer) => trust?.includes(issuer) ?? true);
}

function toSignUp({ email, identities = [], gate }: JudgedPerson): Pick<SignUp, "email" | "identities" | "gate"> {
  return { email, identities, ...(gate !== undefined && { gate }) };
}

function pickClasses(person: JudgedPerson, lists: readonly AskedList[]): readonly ClassName[] {
  const askedClasses = new Set(lists.flatMap(({ classes }) => classes));
  const { domain } = splitAddress(addressOf(person) ?? "");
  return classesOf(
    domain,
    classNames.filter((name) => askedClasses.has(name)),
  );
}

/** The gates that ask the list, but where no rule asks for the approval that an entry requires. */
export function findSilentGates(gates: readonly string[], getPolicies: (gate: string) => readonly Policy[]): readonly string[] {
  return gates.filter((gate) => {
    const policies = getPolicies(gate);
    return listsOfPolicies(policies).length > 0 && !haveStepsPeopleWait(policies);
  });
}

/** The gates where a row denies people instead of letting them wait. @param silent the result of `findSilentGates` */
export function gatesThatDeny(row: ListRow, silent: readonly string[], now: Date): readonly string[] {
  return isLive(row, now) ? findWaitingGates(row, silent) : [];
}
