import * as fc from "fast-check";
import { isBuiltInAttribute } from "../../engine/protocols/attributes";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { Vocabulary } from "./vocabulary";

/** A person in no policy and no list: `.example` is reserved. */
export const STRANGER = "kim@unlisted.example";
export const SEED = 7;
const LONGEST = 300;

/** Earlier values are picked more often. */
export function likely<T>(values: readonly T[]): fc.Arbitrary<T> {
  const index = fc.noBias(fc.nat(values.length - 1));
  return fc.tuple(index, index).map((two) => values[Math.min(...two)] as T);
}

/** Picks from a list that is not empty, earlier values more often. */
export function pickLikely<T>(...lists: readonly (readonly T[])[]): fc.Arbitrary<T> {
  return fc.oneof(...lists.filter(({ length }) => length > 0).map(likely));
}

/** Returns matches of an expression such as `/^a+$/i`, short ones first. */
export function generateMatches(literal: string): readonly string[] {
  const end = literal.lastIndexOf("/");
  try {
    const expression = new RegExp(literal.slice(1, end), literal.slice(end + 1).replace(/[gy]/g, ""));
    const samples = fc.sample(fc.stringMatching(expression, { maxLength: 30 }), { numRuns: 6, seed: SEED });
    return [...new Set(samples)].filter((text) => expression.test(text)).sort((one, other) => one.length - other.length);
  } catch {
    // Matches cannot be generated for every expression.
    return [];
  }
}

const near = (text: string) => [
  `${text}x`,
  `x${text}`,
  text.toUpperCase(),
  text.toLowerCase(),
  ` ${text} `,
  text.slice(0, -1),
  `${text}\n`,
];

export const around = (numbers: readonly number[]): readonly number[] => [
  ...new Set(numbers.slice(0, 6).flatMap((number) => [number, number + 1, number - 1])),
];

/** Returns the value that policies with this vocabulary most likely accept for an attribute. */
export function usualValue(attribute: string, { patterns }: Vocabulary): AttributeValue | undefined {
  // A country's values are names and codes; the patterns are for other attributes.
  return (attribute === "country" ? undefined : patterns.flatMap(generateMatches)[0]) ?? usualValues(attribute)[0];
}

/** Lists values to try for an attribute. Undefined stands for an absent attribute. */
export function valuesFor(attribute: string, { texts, numbers, patterns }: Vocabulary, now: Date) {
  const typedTexts = texts.filter((text) => text !== attribute && text.length <= 60 && !/^extension_|^https?:|\{|( .*){4}/.test(text));
  const matches = patterns.flatMap((pattern) => generateMatches(pattern).slice(0, 3));
  const sizes = around(numbers);
  return pickLikely<AttributeValue | undefined>(
    matches,
    [...usualValues(attribute), "", undefined],
    typedTexts.slice(0, 24),
    sizes.map(String),
    isBuiltInAttribute(attribute) ? [] : sizes,
    birthdays(numbers, now),
    [...matches, ...typedTexts].slice(0, 20).flatMap(near),
    sizes.filter((length) => length > 0 && length <= LONGEST).flatMap((length) => ["K".repeat(length), "1".repeat(length)]),
    ["constructor", "__proto__", "null", "x".repeat(LONGEST), "가나다"],
  );
}

function usualValues(attribute: string): readonly AttributeValue[] {
  const usual: Readonly<Record<string, readonly string[]>> = {
    postalCode: ["98101", "AB1 2CD"],
    country: ["KR", "United States", "Ireland"],
  };
  if (isBuiltInAttribute(attribute)) return usual[attribute] ?? ["Kim Lee", " kim  lee "];
  return ["ABC-123", "AB C-123", "true", "false", true, false, "1990-01-31", "lee@contoso.com", "0", "1", 1, 0];
}

/** For each number that may be an age, returns dates of birth with which a person reaches this age about today, a year ago or in a year. */
function birthdays(numbers: readonly number[], now: Date): readonly string[] {
  const ages = numbers.filter((number) => Number.isInteger(number) && number >= 5 && number <= 100).slice(0, 5);
  return ages.flatMap((age) => {
    const day = new Date(now).setUTCFullYear(now.getUTCFullYear() - age);
    return [2, 0, -2, 366, -366].map((later) => new Date(day + later * MS_PER_DAY).toISOString().slice(0, 10));
  });
}

function domainIn(text: string): string | undefined {
  const host = text
    .trim()
    .replace(/^https?:\/\/([^/:?#]+).*/i, "$1")
    .replace(/^[^\s@:/]*@|^\*?\.@?/, "");
  if (/^[@.][a-z]{2,}$/i.test(text)) return `uni.${host}`.toLowerCase();
  return /^(?:[\p{L}\p{N}_-]+\.)+[\p{L}-]{2,}$/u.test(host) ? host.toLowerCase() : undefined;
}

/** Returns addresses that equal the address in a text or resemble it, the likeliest first. */
export function addressesAround(text: string): readonly string[] {
  const domain = domainIn(text);
  if (domain === undefined) return [];
  const local = /^[^@\s:/]+(?=@)/.exec(text.trim())?.[0] ?? "kim";
  const [label = "", ...rest] = domain.split(".");
  const parents = rest.length > 1 ? [rest.join("."), `${label}x${rest.join(".")}`] : [];
  const likeIt = domain.replace(/[oae]/, (letter) => ({ o: "о", a: "а", e: "е" })[letter] ?? letter);
  const domains = [`eu.${domain}`, `x${domain}`, `${domain}.evil.example`, `${label}x.${rest.join(".")}`, `${label}.example`];
  return [
    ...[domain, ...domains, ...parents, likeIt, `${domain}.`, "evil.example"].map((each) => `${local}@${each}`),
    ...[`x${local}`, `${local}x`, `${local[0]}.${local.slice(1)}`, `${local}+x`, "admin"].map((each) => `${each}@${domain}`),
    ...[`${local}@${domain}`.toUpperCase(), `${domain}@evil.example`, `kim+${domain}@evil.example`],
  ];
}

export const commonAddresses: readonly string[] = [
  ...[STRANGER, "kim@gmail.com", "kim@outlook.com", "kim@mailinator.com", "kim@privaterelay.appleid.com", "kim@mozmail.com"],
  ...["k.i.m+x@gmail.com", "admin@unlisted.example", "kim2@unlisted.example", "kim@münchen.example"],
];

/** Outermost values first. A list's elements come in reverse order, so that the later paths stay valid if an element is removed. */
export function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value).reverse();
  return [...entries.map(([name]) => [name]), ...entries.flatMap(([name, inner]) => placesIn(inner).map((place) => [name, ...place]))].sort(
    (one, other) => one.length - other.length,
  );
}

/** Returns the value without the member at the path. Never removes the request and its address, because every sign-up has both. */
export function without<T>(value: T, [name = "", ...rest]: readonly string[]): T {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return value;
  if (rest.length === 0 && ["email", "request"].includes(name)) return value;
  const inner = rest.length === 0 ? [] : [without((value as Record<string, unknown>)[name], rest)];
  if (Array.isArray(value)) return value.toSpliced(Number(name), 1, ...inner) as T;
  const { [name]: _, ...others } = value as Record<string, unknown>;
  return (rest.length === 0 ? others : { ...value, [name]: inner[0] }) as T;
}
