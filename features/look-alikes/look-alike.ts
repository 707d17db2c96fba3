import { domainToUnicode } from "node:url";
import { parse } from "tldts";
import { anyonesSuffixes, isMailProvider } from "../free-mail/free-mail";
import { latinFor } from "./confusables";

/** A letter as people see it: `rn` looks like one letter. */
interface SeenLetter {
  readonly looks: string;
  readonly shown: string;
  /** The index in the displayed domain. */
  readonly at: number;
}

/** A domain as it is compared with others: by the letters of the name that its owner registered. */
export interface DomainShape {
  /** The registered domain, in ASCII: `contoso.com` of `eu.contoso.com`. */
  readonly registered: string;
  /** The whole domain as it is displayed. */
  readonly shown: string;
  /** The name's ending: `.com`. */
  readonly ending: string;
  readonly letters: readonly SeenLetter[];
}

/** The likeness of two domains. `place` says where they differ: in letters, by added words, or in the ending. */
export interface Likeness {
  readonly place: "letters" | "words" | "ending";
  readonly looksSame: boolean;
  /** Indexes, in the displayed domain, of the characters that differ. */
  readonly marks: readonly number[];
}

/** Names shorter than this are not compared: they look alike by chance. */
const SHORTEST = 4;
/** Names shorter than this are not compared by single edits: they often differ by one letter by chance. */
const SHORTEST_EDITED = 6;
/**
 * For names shorter than this, only the letters are compared. Such names are often common words, which others use with another ending or
 * word.
 */
const SHORTEST_TAKEN = 6;
/** Names longer than this are not compared by single edits, because each letter of a name needs one more row. */
const LONGEST_EDITED = 40;

/** Words that an imitator adds to a known name, so that the domain seems to belong to the name's owner. */
const lures = new Set(
  (
    "access account accounts admin app apps auth billing business client cloud connect corp corporate customer customers data desk docs " +
    "email employee finance global group guest help helpdesk hq hr inc info international intl invoice invoices it login mail mfa my " +
    "notice office online partner partners pay payment payments payroll portal pro secure security service services sharepoint shop " +
    "signin sso staff support sync team teams update vendor vendors verify vpn web"
  ).split(" "),
);
/** Further words that imitators add. They count only beside a hyphen, because many names begin or end with the same letters. */
const luresApart = new Set("ag asia at au br ca ch cn co de es eu fr gmbh in int jp kr llc ltd nl uk us usa".split(" "));

/**
 * A domain's shape to compare. Undefined if the domain belongs to a large mail provider, or if its name is missing or shorter than
 * SHORTEST.
 */
export function buildShape(domain: string): DomainShape | undefined {
  const { name, ending } = namedIn(domain);
  const registeredDomain = `${name}${ending}`;
  if (isMailProvider(registeredDomain)) return undefined;
  const shownDomain = domainToUnicode(domain).toLowerCase();
  const shownName = domainToUnicode(name).toLowerCase();
  const start = shownDomain.length - domainToUnicode(registeredDomain).length;
  const letters = readLetters(shownName, start);
  return letters.length < SHORTEST ? undefined : { registered: registeredDomain, shown: shownDomain, ending, letters };
}

function namedIn(domain: string): { readonly name: string; readonly ending: string } {
  const { domainWithoutSuffix, publicSuffix } = parse(domain, { allowPrivateDomains: true });
  const [above, below] = [(domainWithoutSuffix ?? "").split(".").at(-1) ?? "", `.${publicSuffix}`];
  const host = `${above}${below}`;
  if (!anyonesSuffixes.has(host)) return { name: above, ending: below };
  const name =
    domain
      .slice(0, -host.length - 1)
      .split(".")
      .at(-1) ?? "";
  return { name, ending: `.${host}` };
}

const digits: Readonly<Record<string, string>> = { 0: "o", 1: "l", 2: "z", 3: "e", 4: "a", 5: "s", 6: "b", 8: "b", 9: "g" };
const pairs: Readonly<Record<string, string>> = { rn: "m", vv: "w" };

function readLetters(name: string, start: number): readonly SeenLetter[] {
  const letters: SeenLetter[] = [];
  let at = start;
  for (const shownLetter of name) {
    for (const latin of latinFor(shownLetter))
      letters.push({ looks: digits[latin] ?? (latin === "i" ? "l" : latin), shown: shownLetter, at });
    at += shownLetter.length;
    const [before, last] = letters.slice(-2);
    const pair = before && last && pairs[before.looks + last.looks];
    if (pair !== undefined) letters.splice(-2, 2, { looks: pair, shown: before?.shown + shownLetter, at: before?.at ?? at });
  }
  return letters;
}

function joinLetters(letters: readonly SeenLetter[]): string {
  return letters.map(({ looks }) => looks).join("");
}

/** The first key is the name's letters. The others have one letter left out, if the name's length allows single edits. */
export function keysToKnow({ letters }: DomainShape): readonly string[] {
  const text = joinLetters(letters);
  return [text, ...(letters.length < SHORTEST_EDITED ? [] : removeEachLetter(text))];
}

export function keysToFind(shape: DomainShape): readonly string[] {
  const text = joinLetters(shape.letters);
  return [...new Set([text, ...removeEachLetter(text), ...removeLures(shape).map(joinLetters)])];
}

function removeEachLetter(text: string): readonly string[] {
  if (text.length > LONGEST_EDITED) return [];
  return [...new Set(Array.from(text, (_, index) => text.slice(0, index) + text.slice(index + 1)))];
}

/** Returns the forms of the name that remain after lures are cut from its start or end. Forms with the fewest cuts come first. */
function removeLures({ letters }: DomainShape): readonly (readonly SeenLetter[])[] {
  const letterLists: (readonly SeenLetter[])[] = [];
  for (let open = [letters]; open.length > 0; ) {
    open = open.flatMap((each) => [...cutBefore(each), ...cutAfter(each)]).filter((each) => each.length >= SHORTEST_TAKEN);
    letterLists.push(...open);
    if (letterLists.length > MOST_CUTS) break;
  }
  return letterLists.slice(0, MOST_CUTS);
}

/** Limit of the forms that `removeLures` returns. A name with more forms has so many words that it is a sentence. */
const MOST_CUTS = 8;
const MOST_LURE_LETTERS = 13;

function cutBefore(letters: readonly SeenLetter[]): readonly (readonly SeenLetter[])[] {
  for (let length = MOST_LURE_LETTERS; length >= 2; length--) {
    const rest = letters.slice(length);
    if (isLure(letters.slice(0, length), rest[0]?.shown === "-")) return [rest[0]?.shown === "-" ? rest.slice(1) : rest];
  }
  return [];
}

function cutAfter(letters: readonly SeenLetter[]): readonly (readonly SeenLetter[])[] {
  for (let length = MOST_LURE_LETTERS; length >= 2; length--) {
    const rest = letters.slice(0, -length);
    if (isLure(letters.slice(-length), rest.at(-1)?.shown === "-")) return [rest.at(-1)?.shown === "-" ? rest.slice(0, -1) : rest];
  }
  return [];
}

function isLure(letters: readonly SeenLetter[], isApart: boolean): boolean {
  const word = letters.map(({ shown }) => shown).join("");
  return isApart ? lures.has(word) || luresApart.has(word) : word.length > 3 && lures.has(word);
}

/** Returns the name with each letter replaced by the Latin letter that it looks like: `contoso.com` for `c0ntoso.com`. */
export function formatReading({ letters, ending }: DomainShape): string {
  return `${letters.map(({ looks, shown }) => (looks === "l" && shown !== "1" ? latinFor(shown) : looks)).join("")}${ending}`;
}

export function findLikeness(askedShape: DomainShape, knownShape: DomainShape): Likeness | undefined {
  if (askedShape.registered === knownShape.registered) return undefined;
  const [a, b] = [askedShape.letters, knownShape.letters];
  if (looksSame(a, b)) {
    const marks = a.flatMap((letter, index) => (letter.shown === (b[index] as SeenLetter).shown ? [] : listMarks([letter])));
    if (marks.length > 0) return { place: "letters", looksSame: true, marks };
    if (b.length < SHORTEST_TAKEN) return undefined;
    const from = askedShape.shown.length - askedShape.ending.length + 1;
    return { place: "ending", looksSame: true, marks: range(from, askedShape.shown.length) };
  }
  const editedLetters = askedShape.ending === knownShape.ending && b.length >= SHORTEST_EDITED ? oneEdit(a, b) : undefined;
  if (editedLetters !== undefined) return { place: "letters", looksSame: false, marks: listMarks(editedLetters) };
  const bare = removeLures(askedShape).find((each) => looksSame(each, b));
  if (bare === undefined) return undefined;
  const same = new Set(bare.filter((letter, index) => letter.shown === (b[index] as SeenLetter).shown));
  return { place: "words", looksSame: false, marks: listMarks(a.filter((letter) => !same.has(letter))) };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index);
}

function listMarks(letters: readonly SeenLetter[]): readonly number[] {
  return letters.flatMap(({ at, shown }) => range(at, at + shown.length));
}

const digit = /^\d$/;

/** Two different digits never look the same, because many domains are numbered. */
function isSame(a: SeenLetter, b: SeenLetter): boolean {
  return a.looks === b.looks && !(a.shown !== b.shown && digit.test(a.shown) && digit.test(b.shown));
}

function looksSame(a: readonly SeenLetter[], b: readonly SeenLetter[]): boolean {
  return a.length === b.length && a.every((letter, index) => isSame(letter, b[index] as SeenLetter));
}

/**
 * If `a` and `b` differ by one edit or swap, returns the letters of `a` to mark. Undefined if they differ otherwise, or in a digit, because
 * another number is another name.
 */
function oneEdit(a: readonly SeenLetter[], b: readonly SeenLetter[]): readonly SeenLetter[] | undefined {
  const longer = a.length - b.length;
  let start = 0;
  while (start < a.length && start < b.length && isSame(a[start] as SeenLetter, b[start] as SeenLetter)) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const changedLetters = [...(longer >= 0 ? restA.slice(0, 1) : []), ...(longer <= 0 ? restB.slice(0, 1) : [])];
  if (changedLetters.some(({ shown }) => digit.test(shown))) return undefined;
  const isEdited = looksSame(restA.slice(longer >= 0 ? 1 : 0), restB.slice(longer <= 0 ? 1 : 0));
  // If `a` lacks a letter of `b`, the letters on both sides of the gap are marked.
  if (isEdited) return longer >= 0 ? restA.slice(0, 1) : a.slice(Math.max(start - 1, 0), start + 1);
  const isSwapped = looksSame(restA, [...restB.slice(0, 2).toReversed(), ...restB.slice(2)]);
  return isSwapped ? restA.slice(0, 2) : undefined;
}

/** Why a domain is known: it is on the access list, or decisions let its people in. */
export type KnownBy = "list" | "decisions";

export interface LookAlike extends Likeness {
  /** The known domain, as the access list or decisions have it. */
  readonly like: string;
  readonly by: KnownBy;
  /** The look-alike as it is displayed, with letters of other scripts. `marks` are indexes in it. */
  readonly shown: string;
  /** About how many people of the known domain tried to sign up in the last 14 days. */
  readonly people: number;
}
