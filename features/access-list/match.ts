import { accountKeys, issuerKey, issuerSpellings } from "../../engine/sign-up/account-key";
import { addressOf, listParentDomains, splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { listIssuers } from "../../engine/sign-up/issuers";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { removeTag, sameMailbox, toBaseSpelling, toCountedSpelling } from "../../engine/sign-up/spellings";
import type { ClassName } from "./entry";
import { compareStrictness, type ListEffect } from "./entry";
import { partnerKey, partnerStanding } from "./partner";
import { countsAtGate, isLive, isSuspended, type ListRow, readRow } from "./row";

/**
 * Closeness of an entry to a person, closest first. A veto is an `issuer:` entry that does not allow. `base` is as close as `mailbox`, but
 * an allow at `base` does not count. So a deny at `base` reaches every spelling, even if the mailbox is allowed.
 */
export const levels = ["account", "veto", "address", "base", "mailbox", "domain", "wildcard", "class", "issuer", "everyone"] as const;
export type Level = (typeof levels)[number];

export interface Candidate {
  readonly key: string;
  readonly level: Exclude<Level, "veto">;
  /** The closest key of a level has the lowest number. */
  readonly distance: number;
}

export interface Match {
  readonly entry: string;
  readonly effect: ListEffect;
  readonly level: Level;
  /** ISO 8601. The entry denies or requires approval, and lets the person in until this moment. */
  readonly allowedUntil?: string;
}

interface Hit extends Match {
  readonly distance: number;
}

interface MatchResult {
  /** The winning entry's effect. */
  readonly listed: ListEffect | "unlisted";
  /** The deciding entry is the first. */
  readonly matches: readonly Match[];
  /** The closest allow that was passed over because the address is not proven. */
  readonly unproven?: string;
  /** The closest allow of a partner that was passed over because the partner does not prove the domain. */
  readonly unbacked?: string;
}

type Person = Pick<SignUp, "email" | "identities" | "gate">;

/** Every entry key that can match a person. The number of keys depends only on the person and the classes. */
export function candidates(person: Person, classes: readonly ClassName[]): readonly Candidate[] {
  const email = addressOf(person);
  const all = [
    ...toCandidates("account", accountKeys(person.identities)),
    ...(email === undefined ? [] : keysOfAddress(email)),
    ...toCandidates("class", classes),
    ...toCandidates("issuer", listIssuers(person).flatMap(issuerSpellings).map(issuerKey)),
    ...toCandidates("everyone", ["*"]),
  ];
  // One key can be at several levels. Only the first stays, because an allow at `base` would not count.
  return [...new Map(all.toReversed().map((candidate) => [candidate.key, candidate])).values()].toReversed();
}

/** The key of the row that proves a partner's domain: a partner's allow counts only while the domain is proven. */
export function partnerKeys(person: Person): readonly RecordKey[] {
  const email = addressOf(person);
  return email === undefined ? [] : [partnerKey(splitAddress(email).domain)];
}

function toCandidates(level: Candidate["level"], keys: readonly string[]): readonly Candidate[] {
  return keys.map((key) => ({ key, level, distance: 0 }));
}

function keysOfAddress(email: string): readonly Candidate[] {
  const { domain } = splitAddress(email);
  return [
    ...toCandidates("address", [email]),
    ...toCandidates("mailbox", sameMailbox(email)),
    // The third key is the address without its tag. A deny that was typed in this spelling has this key until the hygiene worker moves it.
    // The second is the key under which earlier versions stored it.
    ...toCandidates("base", [toBaseSpelling(email), toCountedSpelling(email), removeTag(email)]),
    ...toCandidates("domain", [domain, `@${domain}`]),
    ...listParentDomains(domain).map((parent, distance) => ({ key: `*.${parent}`, level: "wildcard" as const, distance })),
  ];
}

const byAddress: ReadonlySet<Level> = new Set(["address", "base", "mailbox", "domain", "wildcard", "class"]);

/**
 * The closest entry wins; among equally close ones, the strictest.
 * @param find returns the row under a key
 * @param isProven false if the address may be somebody else's: entries for the address, its domain or its class then cannot allow
 * @param partner the row under the key of `partnerKeys`. A partner's allows count only while this row proves the domain
 */
export function match(
  person: Person,
  classes: readonly ClassName[],
  find: (key: string) => Row | undefined,
  now: Date,
  isProven = true,
  partner?: Row,
): MatchResult {
  const partnersDomain = partnerStanding(partner, now) === "none" ? undefined : partner?.id;
  const issuers = listIssuers(person);
  let unproven: string | undefined;
  let unbackedEntry: string | undefined;
  const hits = candidates(person, classes).flatMap(({ key, level, distance }): readonly Hit[] => {
    const cells = find(key);
    if (cells === undefined) return [];
    const row = readRow(cells);
    if (!isLive(row, now) || !countsAtGate(row, person.gate ?? DEFAULT_GATE)) return [];
    if (row.issuer !== undefined && !issuers.includes(row.issuer)) return [];
    const refusal = toRefusal(row, { entry: key, level, distance });
    const suspended = isSuspended(row, now);
    if (row.effect !== "allow" && !suspended) return refusal;
    const obstacle = findObstacle(cells, level, isProven, partnersDomain);
    if (obstacle === "unbacked") unbackedEntry ??= key;
    if (obstacle === "unproven") unproven ??= key;
    if (obstacle !== undefined) return refusal;
    const until = suspended && { allowedUntil: new Date(row.allowedUntil ?? 0).toISOString() };
    return [{ entry: key, effect: "allow", level: isOfPartner(cells) ? "domain" : level, distance, ...until }];
  });
  const matches = sortHits(hits).map(({ distance: _, ...hit }): Match => hit);
  return {
    listed: matches[0]?.effect ?? "unlisted",
    matches,
    ...(unproven !== undefined && { unproven }),
    ...(unbackedEntry !== undefined && { unbacked: unbackedEntry }),
  };
}

/** The hit of a row that denies or requires approval. A provider's comes before an allow of the address. */
function toRefusal({ effect }: Pick<ListRow, "effect">, { level, ...hit }: Omit<Hit, "effect">): readonly Hit[] {
  return effect === "allow" ? [] : [{ ...hit, effect, level: level === "issuer" ? "veto" : level }];
}

/** Returns why an allow of the row does not count for the person. A row without an own allow then keeps its effect. */
function findObstacle(cells: Row, level: Level, isProven: boolean, partnersDomain: unknown): "base" | "unbacked" | "unproven" | undefined {
  // An address without its tag may be somebody else's mailbox: the row may refuse the person, but not admit them.
  if (level === "base") return "base";
  if (isOfPartner(cells) && cells.byPartner !== partnersDomain) return "unbacked";
  return !isProven && byAddress.has(level) ? "unproven" : undefined;
}

/** A partner's allow counts as one of the domain, so that an operator's deny of the domain or of any spelling of the address wins. */
function isOfPartner({ byPartner }: Row): boolean {
  return byPartner !== undefined;
}

/** A provider's deny or approval precedes allows of the address. A deny by any entry but `*` precedes a provider's approval. */
function sortHits(hits: readonly Hit[]): readonly Hit[] {
  const isOfProvider = ({ level, effect }: Hit) => level === "veto" && effect === "approval";
  const [first] = hits.filter((hit) => !isOfProvider(hit)).toSorted(compareHits);
  const isDenied = first?.effect === "deny" && first.level !== "everyone";
  return hits.map((hit) => (isDenied && isOfProvider(hit) ? { ...hit, level: "issuer" as const } : hit)).toSorted(compareHits);
}

function compareHits(a: Hit, b: Hit): number {
  const strictness = compareStrictness(a.effect, b.effect);
  return getHitRank(a) - getHitRank(b) || a.distance - b.distance || strictness || levels.indexOf(a.level) - levels.indexOf(b.level);
}

function getHitRank({ level }: Hit): number {
  return levels.indexOf(level === "base" ? "mailbox" : level);
}
