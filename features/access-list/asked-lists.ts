import { addressOf, splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { haveStepsPeopleWait } from "../../engine/sign-up/joined-steps";
import type { Policy } from "../../engine/sign-up/policy";
import type { AnyRule, RecordKey, Row } from "../../engine/sign-up/rule";
import type { Identity, SignUp, Trust } from "../../engine/sign-up/sign-up";
import { ruleTrust } from "../../engine/sign-up/trust";
import { classesOf } from "./classes";
import { type ClassName, classNames, rowKey } from "./entry";
import { candidates, match, partnerKeys } from "./match";
import { findWaitingGates, isLive, type ListRow } from "./row";
import { ACCESS_LIST } from "./rule";

// A deny also counts when somebody approves or invites: the list is asked again, as the person's gate asks it.

/** How a step of a gate asks the list. */
export interface AskedList {
  readonly classes: readonly ClassName[];
  /** @default every provider */
  readonly trust?: readonly string[];
  /** An approval denies, as no rule asks for one. */
  readonly refusesWaiting?: true;
}

/** The lists of each gate: none for a gate whose policy has no list. Undefined where the policies are not known. */
export type AskedLists = Readonly<Record<string, readonly AskedList[]>> | undefined;

/** A person whom somebody is about to approve or invite. */
export interface JudgedPerson {
  readonly email: string;
  /** Undefined if it is not known how they sign in: then entries of identity providers and accounts do not count. */
  readonly identities: readonly Identity[] | undefined;
  readonly gate?: string;
  /**
   * Identity providers that vouch for the address. Without them, no allow of it counts. "later": the person has yet to come, and proves
   * it then.
   */
  readonly emailVouchers?: readonly string[] | "later";
}

/** A person who has yet to come: how they will sign in is not known. */
export function toInvitee({ email, gate }: Pick<JudgedPerson, "email" | "gate">) {
  return { email, identities: undefined, emailVouchers: "later" as const, ...(gate !== undefined && { gate }) };
}

/** The lists that a gate's steps ask before an account is made, without shadowed ones: these stop nobody. */
export function listsOfPolicies(policies: readonly Policy[]): readonly AskedList[] {
  const haveWait = haveStepsPeopleWait(policies);
  const lists = policies.flatMap(({ step, rules, options }) => {
    if (step === "before-sending-token") return [];
    return rules.flatMap((entry) => {
      if ("shadow" in entry || entry.name !== ACCESS_LIST) return [];
      const isRefusing = step === "after-sign-in" ? !haveWait : entry.decideWithoutApproval === undefined;
      return [{ ...toAskedList(entry, options.trust), ...(isRefusing && { refusesWaiting: true as const }) }];
    });
  });
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
}

function toAskedList(rule: AnyRule, step: Trust | undefined): AskedList {
  const data = new Set((rule.uses ?? []).flatMap((use) => ("data" in use ? [use.data] : [])));
  const trust = ruleTrust(rule, step);
  return { classes: classNames.filter((name) => data.has(name)), ...(trust !== "any" && { trust }) };
}

/** Where the policies are not known, every entry counts. */
const anyList: readonly AskedList[] = [{ classes: classNames }];

function listsFor(lists: AskedLists, { gate = DEFAULT_GATE }: JudgedPerson): readonly AskedList[] {
  if (lists === undefined) return anyList;
  // A gate that was removed: whom any of the others denies.
  return Object.hasOwn(lists, gate) ? (lists[gate] as readonly AskedList[]) : Object.values(lists).flat();
}

/** The rows that decide whether the list denies a person; none if no list is asked. */
export function denialKeys(person: JudgedPerson, lists: AskedLists): readonly RecordKey[] {
  const askedLists = listsFor(lists, person);
  if (askedLists.length === 0) return [];
  const signUp = toSignUp(person);
  // Needed: without a partner's row, their allow would not count.
  const partner = partnerKeys(signUp).map(({ table, key }) => ({ table, key }));
  return [...candidates(signUp, classesFor(person, askedLists)).map(({ key }) => rowKey(key)), ...partner];
}

/** Returns the entry by which the list denies a person, or undefined. @param find returns the row under a key, of `denialKeys` */
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
  for (const list of listsFor(lists, person)) {
    const { listed, matches } = match(signUp, classesFor(person, [list]), findEntry, now, isProven(person, list), partner);
    // Whoever decides on a person gives the approval; whoever invites does not, where no rule asks for one.
    const isRefused = listed === "approval" && list.refusesWaiting === true && person.emailVouchers === "later";
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

function classesFor(person: JudgedPerson, lists: readonly AskedList[]): readonly ClassName[] {
  const askedClasses = new Set(lists.flatMap(({ classes }) => classes));
  const { domain } = splitAddress(addressOf(person) ?? "");
  return classesOf(
    domain,
    classNames.filter((name) => askedClasses.has(name)),
  );
}

/** The gates that ask the list, but nobody about the people whom an entry has wait. */
export function findSilentGates(gates: readonly string[], policiesAt: (gate: string) => readonly Policy[]): readonly string[] {
  return gates.filter((gate) => {
    const policies = policiesAt(gate);
    return listsOfPolicies(policies).length > 0 && !haveStepsPeopleWait(policies);
  });
}

/** The gates where a row denies instead of having people wait. @param silent of `findSilentGates` */
export function gatesThatDeny(row: ListRow, silent: readonly string[], now: Date): readonly string[] {
  return isLive(row, now) ? findWaitingGates(row, silent) : [];
}
