import { domainToUnicode } from "node:url";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { mailProviders } from "../../../engine/access-list/mail-providers";
import { grouped } from "../../../engine/grouped";
import { partsOf } from "../../../engine/sign-up/email";

/** Refusals that may be a mistake, or somebody's trick. */
export interface Suspects {
  /** Domains of which nobody is on the list and several people came, the most first: a partner's new one? */
  readonly unlisted: readonly { readonly domain: string; readonly people: number }[];
  /** Refused domains that read like one whose people are let in. */
  readonly alike: readonly { readonly domain: string; readonly like: string; readonly people: number }[];
}

/** So many people of one domain are no coincidence. */
const SEVERAL = 3;
const MOST = 10;
/** Shorter names are a letter apart without meaning anything: without what stands after the first dot. */
const SHORTEST = 5;
/** Domains compared with each other: the most frequent. */
const COMPARED = 300;

const anybodys = new Set(mailProviders.flatMap(({ domains }) => domains));

/** @param decisions of the last day */
export function suspectsIn(decisions: readonly ListedDecision[]): Suspects {
  const byDomain = grouped(
    decisions.filter(({ email }) => email !== undefined),
    ({ email }) => partsOf(email ?? "").domain,
  );
  const domains = [...byDomain].map(([domain, some]) => {
    const refused = some.filter(({ verdict }) => verdict === "block");
    return {
      domain,
      people: new Set(refused.map(({ email }) => email)).size,
      areLetIn: some.some(({ verdict }) => verdict === "continue"),
      areUnlisted: refused.some(({ reasons }) => reasons.includes("access-list.unlisted")),
    };
  });
  const refused = domains.filter(({ domain, areLetIn, people }) => !areLetIn && people > 0 && !anybodys.has(domain));
  const letIn = domains.filter(({ areLetIn }) => areLetIn).slice(0, COMPARED);
  const byPeople = (a: { people: number }, b: { people: number }) => b.people - a.people;
  return {
    unlisted: refused
      .filter(({ areUnlisted, people }) => areUnlisted && people >= SEVERAL)
      .sort(byPeople)
      .slice(0, MOST)
      .map(({ domain, people }) => ({ domain, people })),
    alike: refused
      .toSorted(byPeople)
      .slice(0, COMPARED)
      .flatMap(({ domain, people }) => {
        const like = letIn.find((each) => looksLike(domain, each.domain))?.domain;
        return like === undefined ? [] : [{ domain, like, people }];
      })
      .slice(0, MOST),
  };
}

/** Whether one domain could be taken for another: by letters that look the same, or by one letter more, fewer or changed. */
export function looksLike(domain: string, other: string): boolean {
  if (domain === other) return false;
  const [a, b] = [shapeOf(domain), shapeOf(other)];
  return a === b || (b.indexOf(".") >= SHORTEST && isOneEditApart(a, b));
}

/** Letters of other scripts, and pairs, that look like Latin ones. */
const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/[аα]/g, "a"],
  [/[сϲ]/g, "c"],
  [/[еє]/g, "e"],
  [/[іɩıι1!|ӏ]/g, "l"],
  [/i/g, "l"],
  [/[оο0]/g, "o"],
  [/[рρ]/g, "p"],
  [/[ѕ5]/g, "s"],
  [/[хχ]/g, "x"],
  [/[уγ]/g, "y"],
  [/[кκ]/g, "k"],
  [/н/g, "h"],
  [/[тτ]/g, "t"],
  [/[мm]|rn/g, "m"],
  [/[ѵν]/g, "v"],
  [/vv/g, "w"],
];

/** The domain as it looks, without its accents. */
function shapeOf(domain: string): string {
  const shown = domainToUnicode(domain).toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return lookalikes.reduce((text, [letters, latin]) => text.replace(letters, latin), shown);
}

function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB) return true;
  // Two letters in the other order.
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
