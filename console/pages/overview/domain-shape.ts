import { domainToUnicode } from "node:url";

/** Shorter names are a letter apart without meaning anything: without what stands after the first dot. */
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
export function domainShape(domain: string): string {
  const shown = domainToUnicode(domain).toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return lookalikes.reduce((text, [letters, latin]) => text.replace(letters, latin), shown);
}

/** Whether shapes are one to the eye. */
export function looksSame(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!isSameLetter(a[index], b[index])) return false;
  return true;
}

/** Whether one shape could be mistaken for the other: by one letter more, fewer or changed, or two in the other order. */
export function looksClose(a: string, b: string): boolean {
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
