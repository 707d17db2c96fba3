import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { ANY_ATTRIBUTE, EVERY_FINDING, REFERRED } from "../../engine/sign-up/checks";
import { timeBetween } from "../../engine/sign-up/duration-options";
import { splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { listIssuers } from "../../engine/sign-up/issuers";
import { parseNetwork } from "../../engine/sign-up/network";
import type { HashOf } from "../../engine/sign-up/person";
import { countedAccount, countedPerson, readHolders } from "../../engine/sign-up/person-key";
import type { Policy } from "../../engine/sign-up/policy";
import { isUnread, recordId, UNREAD } from "../../engine/sign-up/records";
import type { AnyRule } from "../../engine/sign-up/rule";
import {
  type Context,
  isKebabCase,
  makeRule,
  type RecordKey,
  type Records,
  type Rule,
  type Situation,
  trueOrFalse,
} from "../../engine/sign-up/rule";
import { assertRuleOptions, notAs, wholeFrom } from "../../engine/sign-up/rule-options";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { MS_PER_HOUR, toMs } from "../../engine/sign-up/time";
import { addressProven } from "../../engine/sign-up/trust";
import type { Block, Effect, Findings, Verdict } from "../../engine/sign-up/verdict";
import { texts } from "./texts";

/** Key prefix of counts in the usage table. */
const LIMIT_PREFIX = "limit/";

/** A maximum number of people within a time. */
export interface LimitWindow {
  /** The number of people, 1 to 10000. */
  readonly max: number;
  /** The window's length, `"1m"` to `"31d"`. Windows follow without a gap, in UTC: an hour begins on the hour. */
  readonly per: string;
}

/** The fact by which people are counted, the limits, and the answer to people beyond a limit. */
export interface LimitOptions {
  /**
   * The fact by which people are counted. "organisation" is the registrable domain: all subdomains count together. "mailHost" needs
   * `mailFacts()` earlier in the policy. "network" (an IPv4 address or IPv6 /64) needs an external tenant. Unproven addresses are counted
   * separately.
   */
  readonly by: "mailbox" | "domain" | "organisation" | "mailHost" | "issuer" | "application" | "network" | "gate";
  /** The limits, such as `{ max: 20, per: "1h" }`; all of them apply. */
  readonly windows: readonly LimitWindow[];
  /** The answer to people beyond the limit: they are refused, an approver decides, or only the record gets a note. @default "block" */
  readonly then?: "block" | "approval" | "observe";
  /**
   * True for people who are neither counted nor stopped.
   * @default people that an entry of the access list allows
   */
  readonly except?: (situation: Situation) => boolean;
  /**
   * A name in kebab-case that distinguishes two limits with the same `by`. The finding is `limit-` and this name.
   * @default the value of `by`; "mail-host" for "mailHost"
   */
  readonly name?: string;
}

const keys = [
  "mailbox",
  "domain",
  "organisation",
  "mailHost",
  "issuer",
  "application",
  "network",
  "gate",
] as const satisfies readonly LimitOptions["by"][];
const outcomes = ["block", "approval", "observe"] as const satisfies readonly NonNullable<LimitOptions["then"]>[];

/** Name of a row's set with the hashes of the people who were let in. */
const PEOPLE = "admitted";
const MOST = 10_000;
/** Limit of the people in one row. A write is charged for the whole row, and simultaneous writes to one row conflict. */
const PER_ROW = 500;
/** Length of a stored hash: long enough to distinguish the people of one row. */
const HOLDER_LENGTH = 12;

/** Time for which a row is kept after its window ends, because clocks differ. */
const KEPT_MS = MS_PER_HOUR;

const reachedBlock: Block = { kind: "block", reason: "limit.reached", message: texts["limit.reached"] };

/**
 * Lets in a limited number of people within a time. Put it after the access list. See docs/recipes/limit.md.
 *
 * @remarks A person counts once in each window. People who are refused or sent to an approver for another reason do not count. If a count
 * cannot be read, the limit counts as reached.
 * @throws TypeError or RangeError if an option has a wrong value
 *
 * @example
 * beforeCreateUser([accessList(), limit({ by: "domain", windows: [{ max: 20, per: "1h" }, { max: 60, per: "1d" }] })], { trust: ["mail",
 * "google.com"] })
 */
export function limit(options: LimitOptions): Rule<"before-create-user"> {
  const settings = settingsFor(options);
  const { by, windows, then, except, name } = settings;
  return makeRule({
    name: "limit",
    admits: "as many people as it allows",
    ...(then !== "observe" && { narrows: true }),
    counts: name,
    sets: [],
    reads: options.except === undefined ? [] : [ANY_ATTRIBUTE],
    uses: [
      { table: "ledger", access: "read" },
      { table: "ledger", access: "write", under: [LIMIT_PREFIX] },
      ...(by === "network" ? [{ needsClaim: "ipAddress" } as const] : []),
      ...(by === "organisation" ? [{ data: SUFFIX_DATA } as const] : []),
    ],
    consumes: [...(by === "mailHost" ? [by] : []), ...(options.except === undefined ? [] : [EVERY_FINDING])],
    ...(then === "approval" && { requires: [REFERRED] }),
    ...(then === "observe" && { excludedReasons: ["limit.reached"] }),
    needs: (signUp, hashOf, now) =>
      by === "mailHost" ? [] : windows.flatMap((window) => buildWindowKeys(name, window, buildGroupKey(by, signUp, hashOf), now)),
    decide(signUp, context) {
      if (trueOrFalse(except({ signUp, findings: context.findings }), "limit: except")) return { kind: "continue" };
      const group = buildGroupKey(by, signUp, context.hashOf, context.findings);
      if (by !== "mailHost") return decideLimit(settings, group, signUp, context);
      // After a problem in the form, `mailFacts()` was skipped, so `mailHost` is missing. The person sees the form again and counts then.
      if (context.said.some(({ rule, said }) => rule === "mail-facts" && said === "skipped")) return { kind: "continue" };
      const rows = windows.flatMap((window) => buildWindowKeys(name, window, group, context.now));
      return readLate(rows, context).then((records) => decideLimit(settings, group, signUp, { ...context, records }));
    },
  });
}

/** A window with a large `max` has several rows. The table deletes the rows some time after the window ends. */
function buildWindowKeys(name: string, window: Window, group: string, now: Date): readonly RecordKey[] {
  const start = computeWindowStart(window, now);
  const id = `${LIMIT_PREFIX}${name}/${group}/${window.per}/${new Date(start).toISOString()}`;
  return Array.from({ length: Math.ceil(window.max / PER_ROW) }, (_, index) => ({
    table: "ledger",
    key: { id: index === 0 ? id : `${id}/${index}` },
    mayStayUnread: true,
  }));
}

function buildGroupKey(by: LimitOptions["by"], signUp: SignUp, hashOf: HashOf, { mailHost = "" }: Findings = {}): string {
  const { gate = DEFAULT_GATE } = signUp;
  // The name of a host is not personal data, so it is not hashed. The count therefore survives a rotation of the key.
  if (by === "mailHost") return [gate, mailHost, ...unproven(signUp)].join(":");
  return hashOf(JSON.stringify(["limit", gate, by, ...groupMembersBy[by](signUp, hashOf)]));
}

/** Undefined if the window already counts the person; "none" if the limit is reached; "unread" if a row of the count could not be read. */
function placeIn(
  { by, name, then }: Settings,
  window: Window,
  group: string,
  signUp: SignUp,
  { records, hashOf, now }: Pick<Context, "records" | "hashOf" | "now">,
): "none" | "unread" | Effect | undefined {
  const rows = buildWindowKeys(name, window, group, now);
  if (rows.some((row) => isUnread(records.get(row)))) return "unread";
  const holder = hashOf(JSON.stringify(["limit", name, countedAccount(signUp)])).slice(0, HOLDER_LENGTH);
  const places = rows.map((row, index) => ({
    row,
    holders: readHolders(records.get(row), PEOPLE),
    atMost: Math.min(PER_ROW, window.max - index * PER_ROW),
  }));
  if (places.some(({ holders }) => holders.includes(holder))) return undefined;
  // The search for a free place begins at a row that depends on the person's hash, so that simultaneous writes spread over the rows.
  const first = [...holder].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % rows.length;
  const free = [...places.slice(first), ...places.slice(0, first)].find(({ holders, atMost }) => holders.length < atMost);
  if (free === undefined) return "none";
  const end = computeWindowStart(window, now) + window.ms;
  return {
    table: free.row.table,
    key: free.row.key,
    slots: PEOPLE,
    holder,
    atMost: free.atMost,
    set: { expires: Math.floor((end + KEPT_MS) / 1_000) },
    onlyIfAdmitted: true,
    ...(by !== "mailHost" && { retryOnConflict: true }),
    onConflict: then === "observe" ? { kind: "continue" } : reachedBlock,
  };
}

function full({ name, then }: Settings, { max, per }: Window, why: "none" | "unread"): Verdict<"before-create-user"> {
  const evidence = { limit: name, window: `${max} per ${per}`, ...(why === "unread" && { count: "unread" }) };
  if (then === "block") return { ...reachedBlock, evidence };
  const findings = { [`limit-${name}`]: "reached", ...(then === "approval" && { [REFERRED]: true }) };
  return { kind: "continue", findings, evidence };
}

function decideLimit(
  settings: Settings,
  group: string,
  signUp: SignUp,
  context: Pick<Context, "records" | "hashOf" | "now">,
): Verdict<"before-create-user"> {
  const places = settings.windows.map((window) => ({ window, place: placeIn(settings, window, group, signUp, context) }));
  for (const { window, place } of places) if (place === "none" || place === "unread") return full(settings, window, place);
  return { kind: "continue", effects: places.flatMap(({ place }) => (typeof place === "object" ? [place] : [])) };
}

/** Returns the writes for `count` people that a limit has let in. @param keys as the rule's `needs` returns them */
export function admissions(keys: readonly RecordKey[], count: number): readonly Effect[] {
  return keys.flatMap((row) => {
    const before = Number(/\/(\d+)$/.exec(String(row.key.id))?.[1] ?? 0) * PER_ROW;
    const here = Math.min(Math.max(count - before, 0), PER_ROW);
    return Array.from({ length: here }, (_, index) => ({
      table: row.table,
      key: row.key,
      slots: PEOPLE,
      holder: `${index}`,
      atMost: PER_ROW,
      onConflict: reachedBlock,
    }));
  });
}

/** Reads the rows whose keys depend on an earlier rule's finding. The finding came after the common read for all rules. */
async function readLate(keys: readonly RecordKey[], { services, signal }: Context): Promise<Records> {
  try {
    const rows = await services.read(keys, signal);
    return { get: (key) => rows.get(recordId(key)) };
  } catch {
    return { get: () => UNREAD };
  }
}

/**
 * Unproven addresses are counted by provider: otherwise, strangers could claim any addresses of a domain and use up the places of its
 * people.
 */
function unproven(signUp: SignUp): readonly string[] {
  return addressProven(signUp) ? [] : listIssuers(signUp);
}

/** People who lack the fact that `by` names, such as an IP address, share one key. */
const groupMembersBy: Readonly<Record<Exclude<LimitOptions["by"], "mailHost">, (signUp: SignUp, hashOf: HashOf) => readonly string[]>> = {
  mailbox: (signUp, hashOf) => [countedPerson({ ...signUp, email: signUp.email }, hashOf)],
  domain: (signUp) => [splitAddress(signUp.email).domain, ...unproven(signUp)],
  organisation: (signUp) => [findOrganisation(splitAddress(signUp.email).domain), ...unproven(signUp)],
  issuer: (signUp) => [listIssuers(signUp).join(" ")],
  application: ({ application }) => [application?.id ?? ""],
  network: ({ ipAddress = "" }) => [parseNetwork(ipAddress) ?? ""],
  gate: () => [""],
};

interface Window extends LimitWindow {
  readonly ms: number;
}

interface Settings extends Pick<LimitOptions, "by"> {
  readonly windows: readonly Window[];
  readonly then: NonNullable<LimitOptions["then"]>;
  readonly except: NonNullable<LimitOptions["except"]>;
  readonly name: string;
}

function settingsFor(options: LimitOptions): Settings {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions("limit", options, limitOptions());
  const {
    by,
    windows,
    then = "block",
    except = ({ findings }: Situation) => findings.listed === "allow",
    name = by === "mailHost" ? "mail-host" : by,
  } = options;
  return { by, then, except, name, windows: windows.map(({ max, per }) => ({ max, per, ms: toMs(per) })) };
}

function computeWindowStart({ ms }: Window, now: Date): number {
  return Math.floor(now.getTime() / ms) * ms;
}

function limitOptions() {
  const per = notAs('per is a time from "1m" to "31d", such as "15m", "1h" or "1d"');
  const window = optionSchema<LimitWindow>({
    max: wholeFrom(1, MOST, notAs(`max must be a whole number from 1 to ${MOST}`)),
    per: timeBetween("1m", "31d", per),
  });
  const windows = 'windows must say how many people may come within how long, like [{ max: 20, per: "1h" }].';
  return optionSchema<LimitOptions>({
    by: v.picklist(keys, notAs(`by must be one of ${keys.join(", ")}`)),
    windows: v.pipe(v.array(window, windows), v.minLength(1, windows)),
    then: v.optional(v.picklist(outcomes, notAs(`then must be one of ${outcomes.join(", ")}`))),
    except: v.optional(
      v.custom<NonNullable<LimitOptions["except"]>>(
        (input) => typeof input === "function",
        "except must be a function of the sign-up and the findings.",
      ),
    ),
    name: v.optional(
      v.custom<string>(isKebabCase, ({ input }) => `name is kebab-case, like "partner-domains"; ${JSON.stringify(input)} is not.`),
    ),
  });
}

declare const GATEHOUSE_DATA_SUFFIXES: string | undefined;

/** The name of the list of public suffixes in `uses`. */
export const SUFFIX_DATA = "suffixes";

// Only a limit by organisation needs the list of suffixes. If a step has no such limit, the build sets GATEHOUSE_DATA_SUFFIXES to "absent",
// and esbuild leaves the list out.
const tldts =
  typeof GATEHOUSE_DATA_SUFFIXES === "string" && GATEHOUSE_DATA_SUFFIXES === "absent"
    ? undefined
    : (require("tldts") as typeof import("tldts"));

/** A private suffix (`github.io`, `onmicrosoft.com`) stands for its owner, because anybody gets names below it for free. */
function findOrganisation(domain: string): string {
  return tldts?.getDomain(domain, { validateHostname: false, detectIp: false, extractHostname: false }) ?? domain;
}

export function selectLimitRules({ rules }: Policy): readonly AnyRule[] {
  return rules.flatMap((entry) => ("shadow" in entry || entry.counts === undefined ? [] : [entry]));
}
