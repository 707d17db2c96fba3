import { GUID } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { adviseDomain, findMeantEntries } from "../../engine/meant-entries";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { parseNetwork } from "../../engine/sign-up/network";
import { type DecisionRecord, letSomebodyIn } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { describeUnmatched } from "../../engine/unmatched";
import { entryKey, findTypedProblem, readEntry } from "../access-list/entry";
import { admittingWord } from "../decisions/remedies";

const waysIn = ["domain", "provider", "rule", "network", "gate"] as const;
type WayIn = (typeof waysIn)[number];

export interface Selection {
  /** ISO 8601, inclusive. */
  readonly from: string;
  readonly to: string;
  /** `default` is the gate without a name. */
  readonly gate?: string;
  /** The rule that was the ground on which the people were let in. */
  readonly rule?: string;
  /** The entry of the access list that let the people in. */
  readonly entry?: string;
  /** The person's network, in the form that `toNetworkPrefix` returns. Only external tenants send an IP address. */
  readonly network?: string;
  readonly domain?: string;
  readonly provider?: string;
  /** The application's client id. */
  readonly application?: string;
  /** True to include people whose own address or account has an entry. */
  readonly includeListed?: boolean;
  readonly denyDomain?: boolean;
}

export type TypedMarks = Partial<Pick<Selection, WayIn | "entry" | "application">>;

/** Converts typed marks to the form of records. Throws TypeError for a mark that cannot match any decision. */
export function readMarks({ gate, rule, entry, network, domain, provider, application }: TypedMarks): TypedMarks {
  return {
    ...keepGiven({ gate, rule }),
    ...(entry !== undefined && { entry: readEntryMark(entry) }),
    ...(network !== undefined && { network: parseOption(network.replace(/\/(64|32)$/, ""), parseNetwork, "--network", "an IP address") }),
    ...(domain !== undefined && {
      domain: parseOption(domain, domainIn, "--domain", adviseDomain(domain) ?? "a domain such as contoso.com"),
    }),
    ...(provider !== undefined && { provider: normaliseIssuer(provider) }),
    ...(application !== undefined && { application: parseOption(application, clientId, "--application", "an application's client id") }),
  };
}

function parseOption(typedText: string, as: (text: string) => string | undefined, option: string, expectation: string): string {
  const value = as(typedText);
  if (value === undefined) throw new TypeError(`${option} ${typedText} cannot be read: write ${expectation}.`);
  return value;
}

function readEntryMark(typedText: string): string {
  const problem = findTypedProblem(typedText);
  if (problem !== undefined) throw new TypeError(`--entry ${typedText} is ${describeUnmatched(problem)}.`);
  const meant = findMeantEntries(typedText);
  return parseOption(typedText, allowKey, "--entry", meant.length > 0 ? meant.join(" or ") : "an entry of the list, such as contoso.com");
}

function allowKey(typedText: string): string | undefined {
  const entryRead = readEntry(typedText);
  return entryRead.ok ? entryKey(entryRead.entry, "allow") : undefined;
}

/** Returns what narrowed the selection, beside its time: `domain contoso.com`. */
export function describeMarks({ from: _, to: __, ...marks }: Selection): readonly string[] {
  return Object.entries(marks).map(([name, value]) => `${name === "includeListed" ? "include listed" : name} ${value}`);
}

/** Removes an `entry` that names one person, because events must not name anyone. */
export function dropPerson({ entry, ...selection }: Selection): Selection {
  return { ...selection, ...(entry !== undefined && !namesOne(entry) && { entry }) };
}

function clientId(typedText: string): string | undefined {
  const id = typedText.trim().toLowerCase();
  return GUID.test(id) ? id : undefined;
}

function domainIn(typedText: string): string | undefined {
  const entryRead = readEntry(typedText);
  return entryRead.ok && entryRead.entry.kind === "domain" ? entryRead.entry.domain : undefined;
}

function wayIn(record: DecisionRecord): Readonly<Record<WayIn, readonly string[]>> {
  const { email, issuers = [], ipAddress, gate = DEFAULT_GATE } = record;
  const network = ipAddress === undefined ? undefined : parseNetwork(ipAddress);
  return {
    domain: email === undefined ? [] : [email.slice(email.lastIndexOf("@") + 1)],
    provider: issuers,
    rule: findGround(record),
    network: network === undefined ? [] : [network],
    gate: [gate],
  };
}

/** Nobody is let in by a rule that everybody passes: only by an entry, a partner, an invitation, a finding `allowed` or an approval. */
function findGround(record: DecisionRecord): readonly string[] {
  const word = admittingWord(record);
  if (word !== undefined) return [word.rule];
  return record.trace.flatMap(({ rule, said, shadow }) => (rule === "request-approval" && said === "continue" && !shadow ? [rule] : []));
}

function decidingEntry(record: DecisionRecord): string | undefined {
  const entry = listWord(record)?.evidence?.entry;
  return typeof entry === "string" ? entry : undefined;
}

/** The entry that let a person in. Undefined if the entry only required approval: then an approver or an invitation let the person in. */
export function allowingEntry(record: DecisionRecord): string | undefined {
  return listWord(record)?.findings?.listed === "approval" ? undefined : decidingEntry(record);
}

function listWord({ trace }: DecisionRecord): RuleResult | undefined {
  return trace.findLast(({ shadow, evidence }) => !shadow && evidence?.entry !== undefined);
}

export function fateOfDecision(selection: Selection, record: DecisionRecord): "in" | "out" | "listed" | "nameless" {
  const { from, to, entry, application, includeListed } = selection;
  if (!letSomebodyIn(record) || record.at < from || record.at > to) return "out";
  const way = wayIn(record);
  const fits = waysIn.every((mark) => selection[mark] === undefined || way[mark].includes(selection[mark]));
  const by = decidingEntry(record);
  const isEntry = entry === undefined || (by !== undefined && (by === entry || allowKey(by) === entry));
  const isApplication = application === undefined || record.application?.toLowerCase() === application;
  if (!fits || !isEntry || !isApplication) return "out";
  const allowing = allowingEntry(record);
  if (!includeListed && allowing !== undefined && namesOne(allowing)) return "listed";
  return record.email === undefined || record.personId === undefined ? "nameless" : "in";
}

function namesOne(entry: string): boolean {
  const entryRead = readEntry(entry);
  return entryRead.ok && (entryRead.entry.kind === "address" || entryRead.entry.kind === "account");
}

/** A typed address may be somebody else's, so the account's hash is preferred if the account is known. */
export function incidentPersonId({ emailTyped, accountId, personId }: Pick<DecisionRecord, "emailTyped" | "accountId" | "personId">) {
  return emailTyped && accountId !== undefined ? accountId : personId;
}
