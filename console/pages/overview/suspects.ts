import { domainToUnicode } from "node:url";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { mailProviders } from "../../../engine/access-list/mail-providers";
import { grouped } from "../../../engine/grouped";
import { partsOf } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { Step } from "../../../engine/sign-up/sign-up";

/** Refusals that may be a mistake, or somebody's trick. */
export interface Suspects {
  /** Domains of which nobody is on the list and several people came, the most first: a partner's new one? */
  readonly unlisted: readonly { readonly domain: string; readonly people: number }[];
  /** Refused domains that read like one whose people are let in. */
  readonly alike: readonly { readonly domain: string; readonly like: string; readonly people: number }[];
  /** How many there are besides; absent where all are named. */
  readonly more?: number;
}

/** What decisions alone do not tell. */
interface Known {
  /** Domains that the list lets in. */
  readonly listed?: readonly string[];
  /** The step after which somebody at a gate is let in. @default before-create-user everywhere */
  lastStepAt?(gate: string): Step;
}

/** So many people of one domain are no coincidence. */
const SEVERAL = 3;
const MOST = 10;
/** Domains compared with each other: the most frequent. */
const COMPARED = 300;

const anybodys = new Set(mailProviders.flatMap(({ domains }) => domains));

/** Of a person without an entry: refused for that, or asked for approval. */
const ofUnlisted: readonly string[] = ["access-list.unlisted", "approval.requested", "approval.pending"];

/** @param decisions of the last day */
export function suspectsIn(
  decisions: readonly ListedDecision[],
  { listed = [], lastStepAt = () => "before-create-user" }: Known = {},
): Suspects {
  const onList = new Set(listed);
  const byDomain = grouped(
    decisions.filter(({ email }) => email !== undefined),
    ({ email }) => partsOf(email ?? "").domain,
  );
  const domains = [...byDomain].map(([domain, some]) => {
    const refused = some.filter(({ verdict }) => verdict === "block");
    return {
      domain,
      people: new Set(refused.map(({ email }) => email)).size,
      // A person who continues to a later step may still be refused there.
      areLetIn:
        onList.has(domain) || some.some(({ verdict, step, gate = DEFAULT_GATE }) => verdict === "continue" && step === lastStepAt(gate)),
      areUnlisted: refused.some(({ reasons }) => reasons.some((reason) => ofUnlisted.includes(reason))),
    };
  });
  const refused = domains.filter(({ domain, areLetIn, people }) => !areLetIn && people > 0 && !anybodys.has(domain));
  const letIn = [...new Set([...domains.flatMap(({ domain, areLetIn }) => (areLetIn ? [domain] : [])).slice(0, COMPARED), ...listed])].map(
    (domain) => ({ domain, shape: domainShape(domain) }),
  );
  const byPeople = (a: { people: number }, b: { people: number }) => b.people - a.people;
  const unlisted = refused.filter(({ areUnlisted, people }) => areUnlisted && people >= SEVERAL).sort(byPeople);
  const alike = refused
    .toSorted(byPeople)
    .slice(0, COMPARED)
    .flatMap(({ domain, people }) => {
      const shape = domainShape(domain);
      const same = letIn.find((each) => looksSame(shape, each.shape));
      const like = same ?? letIn.find((each) => looksClose(shape, each.shape));
      return like === undefined ? [] : [{ domain, like: like.domain, people, isSame: same !== undefined }];
    })
    .sort((a, b) => Number(b.isSame) - Number(a.isSame));
  const more = Math.max(unlisted.length - MOST, 0) + Math.max(alike.length - MOST, 0);
  return {
    unlisted: unlisted.slice(0, MOST).map(({ domain, people }) => ({ domain, people })),
    alike: alike.slice(0, MOST).map(({ domain, like, people }) => ({ domain, like, people })),
    ...(more > 0 && { more }),
  };
}

/** Shorter names are a letter apart without meaning anything: without what follows the first dot. */
const SHORTEST = 5;

/** Digits, and the letters that they look like. Digits do not look like each other: many have numbered domains. */
const digits: Readonly<Record<string, string>> = { 0: "o", 1: "l", 2: "z", 3: "e", 4: "a", 5: "s", 6: "b", 8: "b", 9: "g" };

function isSameLetter(a = "", b = ""): boolean {
  return a === b || digits[a] === b || digits[b] === a;
}

/** Letters of other scripts, and pairs, that look like Latin ones. */
const lookalikes: readonly (readonly [RegExp, string])[] = [
  [/[аα]/g, "a"],
  [/[сϲ]/g, "c"],
  [/[еє]/g, "e"],
  [/[іɩıι!|ӏ]/g, "l"],
  [/i/g, "l"],
  [/[оο]/g, "o"],
  [/[рρ]/g, "p"],
  [/[ѕ]/g, "s"],
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
function domainShape(domain: string): string {
  const shown = domainToUnicode(domain).toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return lookalikes.reduce((text, [letters, latin]) => text.replace(letters, latin), shown);
}

/** Whether shapes are one to the eye. */
function looksSame(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!isSameLetter(a[index], b[index])) return false;
  return true;
}

/** Whether one shape could be mistaken for the other: by one letter more, fewer or changed, or two in the other order. */
function looksClose(a: string, b: string): boolean {
  return b.indexOf(".") >= SHORTEST && isOneEditApart(a, b);
}

/** A digit more, fewer or changed is another number, not another spelling. */
function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && isSameLetter(a[start], b[start])) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const changed = (restA.length >= restB.length ? restA.slice(0, 1) : "") + (restB.length >= restA.length ? restB.slice(0, 1) : "");
  if (/\d/.test(changed)) return false;
  if (looksSame(restA.slice(1), restB.slice(1)) || looksSame(restA, restB.slice(1)) || looksSame(restA.slice(1), restB)) return true;
  // Two letters in the other order.
  return isSameLetter(restA[0], restB[1]) && isSameLetter(restA[1], restB[0]) && looksSame(restA.slice(2), restB.slice(2));
}
