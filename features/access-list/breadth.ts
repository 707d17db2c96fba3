import { splitAddress } from "../../engine/sign-up/email";
import { isUnlikelyIssuer } from "../../engine/sign-up/issuers";
import { isAnyonesSuffix, isMailProvider, isPublicSuffix } from "../free-mail/free-mail";
import { classesOf } from "./classes";
import { classNames, type Entry } from "./entry";

export interface Concern {
  readonly code: ConcernCode;
  readonly about: string;
}

/** Dangerous: the row lets in or shuts out many people. Doubtful: the row does not count, or not as it seems. */
type Grade = "dangerous" | "doubtful";

const concernGrades = {
  everyone: "dangerous",
  everyoneOf: "dangerous",
  class: "dangerous",
  issuer: "dangerous",
  freeMail: "dangerous",
  looksLike: "dangerous",
  suffix: "dangerous",
  allUnderSuffix: "dangerous",
  deniesEveryone: "dangerous",
  deniesIssuer: "dangerous",
  deniesSuffix: "dangerous",
  deniesOwn: "dangerous",
  everyoneWaits: "dangerous",
  issuerWaits: "dangerous",
  suffixWaits: "dangerous",
  ownWaits: "dangerous",
  endsDeny: "dangerous",
  endsApproval: "dangerous",
  suspendsEntry: "dangerous",
  refusesMany: "dangerous",
  admitsMany: "dangerous",
  notCompared: "doubtful",
  asksNobody: "doubtful",
  askingUnknown: "doubtful",
  unusedClass: "doubtful",
  classUnknown: "doubtful",
  expired: "doubtful",
  bareSuffix: "doubtful",
  unknownIssuer: "doubtful",
  shadowed: "doubtful",
  spellingDenied: "doubtful",
  sameEntry: "doubtful",
} as const satisfies Readonly<Record<string, Grade>>;

export type ConcernCode = keyof typeof concernGrades;

const open: readonly ConcernCode[] = ["everyone", "everyoneOf", "class", "issuer", "freeMail", "suffix", "allUnderSuffix"];

/** True if the concern is that an allow lets in many people. Such a change has to be confirmed even without a terminal. */
export function opensToMany({ code }: Pick<Concern, "code">): boolean {
  return open.includes(code);
}

export function isDangerous({ code }: Pick<Concern, "code">): boolean {
  return concernGrades[code] === "dangerous";
}

/** Warns if an allow lets in more people than an operator may think. @param issuer the cell of the row's column `issuer` */
export function tooOpen(entry: Entry, issuer?: string): Concern | undefined {
  switch (entry.kind) {
    case "everyone":
      // An allow of everyone is too open even with an issuer: anyone can sign in with Google.
      return issuer === undefined ? { code: "everyone", about: "*" } : { code: "everyoneOf", about: issuer };
    case "class":
      return { code: "class", about: entry.name };
    case "issuer":
      return { code: "issuer", about: entry.issuer };
    case "domain":
    case "wildcard":
      if (isMailProvider(entry.domain) || classesOf(entry.domain, classNames).length > 0) return { code: "freeMail", about: entry.domain };
      if (!isAnyonesSuffix(entry.domain)) return undefined;
      return { code: entry.kind === "domain" ? "suffix" : "allUnderSuffix", about: entry.domain };
    case "account":
    case "address":
      return undefined;
  }
}

/**
 * Warns if a deny or approval affects more people than an operator may think, or hardly anybody.
 * @param ownAddresses the operators' addresses and domains
 */
export function findClosedConcern(entry: Entry, effect: "deny" | "approval", ownAddresses: readonly string[] = []): Concern | undefined {
  const isDeny = effect === "deny";
  switch (entry.kind) {
    case "everyone":
      return { code: isDeny ? "deniesEveryone" : "everyoneWaits", about: "*" };
    case "issuer":
      return { code: isDeny ? "deniesIssuer" : "issuerWaits", about: entry.issuer };
    case "domain":
    case "wildcard": {
      const { kind, domain } = entry;
      const reachedDomain = ownAddresses
        .map((each) => splitAddress(each).domain)
        .find((each) => (kind === "domain" ? each === domain : each.endsWith(`.${domain}`)));
      if (reachedDomain !== undefined) return { code: isDeny ? "deniesOwn" : "ownWaits", about: reachedDomain };
      if (kind === "domain") return bareSuffix(entry)[0];
      return isPublicSuffix(domain) ? { code: isDeny ? "deniesSuffix" : "suffixWaits", about: domain } : undefined;
    }
    case "account":
    case "address":
    case "class":
      return undefined;
  }
}

/** An entry of a public suffix matches hardly anybody: people's addresses are at domains below the suffix. */
export function bareSuffix(entry: Entry): readonly Concern[] {
  return entry.kind === "domain" && isAnyonesSuffix(entry.domain) ? [{ code: "bareSuffix", about: entry.domain }] : [];
}

/** The suffix `edu` of `*.edu`. Such a wildcard covers many organisations. */
export function findWildcardSuffix(entry: Entry): string | undefined {
  return entry.kind === "wildcard" && isPublicSuffix(entry.domain) ? entry.domain : undefined;
}

export function unknownIssuers(entry: Entry, issuer: string | undefined): readonly Concern[] {
  const namedIssuers = new Set(["issuer" in entry ? entry.issuer : undefined, issuer]);
  return [...namedIssuers].flatMap((each) =>
    each !== undefined && isUnlikelyIssuer(each) ? [{ code: "unknownIssuer", about: each }] : [],
  );
}
