import { accountKeys, issuerKey, issuerSpellings } from "../../engine/sign-up/account-key";
import { addressOf, parentsOf, partsOf } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { issuersOf } from "../../engine/sign-up/issuers";
import { baseOf, sameMailbox, withoutTag } from "../../engine/sign-up/kept-spellings";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { ClassName } from "./entry";
import { partnerKey, partnerStanding } from "./partner";
import { countsAt, isLive, readRow } from "./row";

/**
 * How close an entry comes to one person, the closest first. A veto is an `issuer:` entry that denies. Under base only a deny
 * counts: it comes before mailbox, so that it reaches every spelling even where the mailbox is allowed.
 */
export const levels = ["account", "veto", "address", "base", "mailbox", "domain", "wildcard", "class", "issuer", "everyone"] as const;
export type Level = (typeof levels)[number];

/** A key to look up, and what finding it would mean. */
export interface Candidate {
  readonly key: string;
  readonly level: Exclude<Level, "veto">;
  /** Lower is closer, among keys of one level. */
  readonly distance: number;
}

/** An entry that matches this person. */
export interface Match {
  readonly entry: string;
  readonly effect: "allow" | "deny";
  readonly level: Level;
}

interface MatchResult {
  /** The word of the list: the winning entry's effect, or unlisted. */
  readonly listed: "allow" | "deny" | "unlisted";
  /** Every entry that counts for this person, the deciding one first. */
  readonly matches: readonly Match[];
  /** The closest entry that would let the person in, had the address been proven. */
  readonly unproven?: string;
  /** The closest entry of a partner that would let the person in, were the domain the partner's. */
  readonly unbacked?: string;
}

type Person = Pick<SignUp, "email" | "identities" | "gate">;

/** Every key of an entry that can match a person: how many there are depends only on the person. */
export function candidates(person: Person, classes: readonly ClassName[]): readonly Candidate[] {
  const email = addressOf(person);
  const all = [
    ...at("account", accountKeys(person.identities)),
    ...(email === undefined ? [] : keysOfAddress(email)),
    ...at("class", classes),
    ...at("issuer", issuersOf(person).flatMap(issuerSpellings).map(issuerKey)),
    ...at("everyone", ["*"]),
  ];
  // An address that is its own mailbox and base is one candidate, at the first of these: under base alone an allow would not count.
  return [...new Map(all.toReversed().map((candidate) => [candidate.key, candidate])).values()].toReversed();
}

/** The row that says whether the person's domain is a partner's: read with the entries, as one of them may be the partner's. */
export function partnerKeys(person: Person): readonly RecordKey[] {
  const email = addressOf(person);
  return email === undefined ? [] : [partnerKey(partsOf(email).domain)];
}

function at(level: Candidate["level"], keys: readonly string[]): readonly Candidate[] {
  return keys.map((key) => ({ key, level, distance: 0 }));
}

function keysOfAddress(email: string): readonly Candidate[] {
  const { domain } = partsOf(email);
  return [
    ...at("address", [email]),
    ...at("mailbox", sameMailbox(email)),
    // Without the tag alone: the form of a deny that the hygiene worker has not tidied yet.
    ...at("base", [baseOf(email), withoutTag(email)]),
    ...at("domain", [domain, `@${domain}`]),
    ...parentsOf(domain).map((parent, distance) => ({ key: `*.${parent}`, level: "wildcard" as const, distance })),
  ];
}

/** Levels at which a person is known by the e-mail address. */
const byAddress: ReadonlySet<Level> = new Set(["address", "base", "mailbox", "domain", "wildcard", "class"]);

/**
 * What the list says of a person: the closest entry wins, deny wins among equally close ones.
 * @param find the row under a key, if there is one
 * @param isProven false: the address may be anybody's, so an allow does not count and a deny does
 * @param partner the row of `partnerKeys`: what a partner allows counts while that says that the domain is theirs
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
  const issuers = issuersOf(person);
  let unproven: string | undefined;
  let unbacked: string | undefined;
  const hits = candidates(person, classes).flatMap(({ key, level, distance }) => {
    const cells = find(key);
    if (cells === undefined) return [];
    const row = readRow(cells);
    if (!isLive(row, now) || !countsAt(row, person.gate ?? DEFAULT_GATE)) return [];
    if (row.issuer !== undefined && !issuers.includes(row.issuer)) return [];
    // Cutting off a tag may reach somebody else's mailbox: good enough to refuse, not to admit.
    if (row.effect === "allow" && level === "base") return [];
    // What a partner allows counts as if they were the domain: an operator's deny of it, or of another spelling, is as close or closer.
    const ofPartner = row.effect === "allow" && cells.byPartner !== undefined;
    if (ofPartner && cells.byPartner !== partnersDomain) {
      unbacked ??= key;
      return [];
    }
    if (row.effect === "allow" && !isProven && byAddress.has(level)) {
      unproven ??= key;
      return [];
    }
    const veto = level === "issuer" && row.effect === "deny";
    return [{ entry: key, effect: row.effect, level: veto ? ("veto" as const) : ofPartner ? ("domain" as const) : level, distance }];
  });
  hits.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || a.distance - b.distance || (a.effect === "deny" ? -1 : 0));
  const matches = hits.map(({ entry, effect, level }): Match => ({ entry, effect, level }));
  return {
    listed: matches[0]?.effect ?? "unlisted",
    matches,
    ...(unproven !== undefined && { unproven }),
    ...(unbacked !== undefined && { unbacked }),
  };
}
