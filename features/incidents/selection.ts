import { keepGiven } from "../../engine/json";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { parseNetwork } from "../../engine/sign-up/network";
import { type DecisionRecord, letSomebodyIn } from "../../engine/sign-up/record";
import type { RuleResult } from "../../engine/sign-up/verdict";
import { describeUnmatched } from "../../engine/unmatched-texts";
import { entryKey, readEntry, typedUnmatched } from "../access-list/entry";

const waysIn = ["domain", "provider", "rule", "network", "gate"] as const;
type WayIn = (typeof waysIn)[number];

export interface Selection {
  /** ISO 8601, inclusive. */
  readonly from: string;
  readonly to: string;
  /** `default` is the one without a name. */
  readonly gate?: string;
  readonly rule?: string;
  /** The entry of the access list that allowed it. */
  readonly entry?: string;
  /** In the form of `toNetworkPrefix`. Only external tenants send one. */
  readonly network?: string;
  readonly domain?: string;
  readonly provider?: string;
  /** Client id. */
  readonly application?: string;
  /** True to include people whose own address or account has an entry. */
  readonly includeListed?: boolean;
  /** Acting denies the domain, too. */
  readonly denyDomain?: boolean;
}

export type TypedMarks = Partial<Pick<Selection, WayIn | "entry" | "application">>;

/** Converts marks to the form of records. Throws TypeError for one that cannot match any decision. */
export function readMarks({ gate, rule, entry, network, domain, provider, application }: TypedMarks): TypedMarks {
  return {
    ...keepGiven({ gate, rule }),
    ...(entry !== undefined && { entry: readEntryMark(entry) }),
    ...(network !== undefined && { network: parseOption(network.replace(/\/(64|32)$/, ""), parseNetwork, "--network", "an IP address") }),
    ...(domain !== undefined && { domain: parseOption(domain, domainIn, "--domain", "a domain such as contoso.com") }),
    ...(provider !== undefined && { provider: normaliseIssuer(provider) }),
    ...(application !== undefined && { application: application.trim().toLowerCase() }),
  };
}

function parseOption(typed: string, as: (text: string) => string | undefined, option: string, wanted: string): string {
  const value = as(typed);
  if (value === undefined) throw new TypeError(`${option} ${typed} cannot be read: write ${wanted}.`);
  return value;
}

function readEntryMark(typed: string): string {
  const problem = typedUnmatched(typed);
  if (problem !== undefined) throw new TypeError(`--entry ${typed} is ${describeUnmatched(problem)}.`);
  return parseOption(typed, allowKey, "--entry", "an entry of the list, such as contoso.com");
}

function allowKey(typed: string): string | undefined {
  const found = readEntry(typed);
  return found.ok ? entryKey(found.entry, "allow") : undefined;
}

/** Removes an entry that names one person, because events must not name anyone. */
export function withoutPerson({ entry, ...selection }: Selection): Selection {
  return { ...selection, ...(entry !== undefined && !namesOne(entry) && { entry }) };
}

function domainIn(typed: string): string | undefined {
  const found = readEntry(typed);
  return found.ok && found.entry.kind === "domain" ? found.entry.domain : undefined;
}

/** Returns how a person got in, by their record. Several rules and providers may be involved. */
function wayIn(record: DecisionRecord): Readonly<Record<WayIn, readonly string[]>> {
  const { email, issuers = [], trace, ipAddress, gate = DEFAULT_GATE } = record;
  const network = ipAddress === undefined ? undefined : parseNetwork(ipAddress);
  return {
    domain: email === undefined ? [] : [email.slice(email.lastIndexOf("@") + 1)],
    provider: issuers,
    rule: [...new Set(trace.flatMap(({ rule, said, shadow }) => (said === "continue" && !shadow ? [rule] : [])))],
    network: network === undefined ? [] : [network],
    gate: [gate],
  };
}

/** The entry of the access list that decided on a person. */
function decidingEntry(record: DecisionRecord): string | undefined {
  const entry = listWord(record)?.evidence?.entry;
  return typeof entry === "string" ? entry : undefined;
}

/** The entry that let a person in. Whom an entry had wait, an approver or an invitation let in. */
export function allowingEntry(record: DecisionRecord): string | undefined {
  return listWord(record)?.findings?.listed === "approval" ? undefined : decidingEntry(record);
}

function listWord({ trace }: DecisionRecord): RuleResult | undefined {
  return trace.findLast(({ shadow, evidence }) => !shadow && evidence?.entry !== undefined);
}

/** Returns whether a selection includes a decision, or why it is excluded. */
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
  const found = readEntry(entry);
  return found.ok && (found.entry.kind === "address" || found.entry.kind === "account");
}

/** The person's hash in an incident: of their address, or of their account if they typed an address. */
export function incidentPersonId({ emailTyped, accountId, personId }: Pick<DecisionRecord, "emailTyped" | "accountId" | "personId">) {
  return emailTyped && accountId !== undefined ? accountId : personId;
}
