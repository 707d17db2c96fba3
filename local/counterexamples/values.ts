import type { AttributeValue } from "../../engine/sign-up/sign-up";
import { isBuiltInAttribute } from "../../engine/sign-up/sign-up";
import { aroundMatch, matchesOf } from "./pattern-words";
import type { Literals, Vocabulary } from "./vocabulary";

/** The longest text that an attribute is tried with. */
const LONGEST = 300;
const MS_PER_DAY = 86_400_000;

/** Values to try for an attribute, the likeliest first: literals of the policies and their neighbours. Undefined: it is not there. */
export function valuesFor(attribute: string, vocabulary: Vocabulary, now: Date): readonly (AttributeValue | undefined)[] {
  const near = vocabulary.near(attribute);
  const usual = usualValues(attribute);
  const likely = near.texts.filter((text) => text !== attribute && isTypeable(text));
  const patterns = near.patterns.flatMap(matchesOf);
  return [
    ...new Set<AttributeValue | undefined>([
      ...usual.slice(0, 1),
      ...patterns.slice(0, 8),
      ...near.patterns.filter(vocabulary.isOneSided).flatMap((pattern) => matchesOf(pattern).slice(0, 2).flatMap(aroundMatch)),
      ...likely.slice(0, 24),
      ...lengthsAround(near.numbers),
      ...numbersAround(attribute, near.numbers),
      ...birthdays(near, now),
      "",
      undefined,
      ...usual.slice(1),
      ...patterns.slice(0, 6).flatMap(aroundMatch),
      ...likely.slice(0, 12).flatMap(neighbours),
      ...["constructor", "__proto__", "null", "undefined"],
      "x".repeat(LONGEST),
      "가나다",
    ]),
  ];
}

/** Not a sentence that people read, nor another attribute's name. */
function isTypeable(text: string): boolean {
  return text.length <= 60 && text.split(" ").length <= 4 && !/^extension_|^https?:|\{/.test(text);
}

/** What people type where no policy says what is right. */
function usualValues(attribute: string): readonly AttributeValue[] {
  if (attribute === "postalCode") return ["98101", "AB1 2CD"];
  if (attribute === "country") return ["KR", "United States"];
  if (attribute === "state") return ["Washington"];
  if (isBuiltInAttribute(attribute)) return ["Kim Lee", " kim  lee "];
  return ["ABC-123", "true", "false", true, false, "1990-01-31", "lee@contoso.com", "0", "1", 1, 0, " ABC-123 "];
}

function neighbours(text: string): readonly string[] {
  return [text.toUpperCase(), text.toLowerCase(), `x${text}`, `${text}x`, ` ${text} `, text.slice(0, -1), `${text}, x`];
}

/** Texts just within and just outside of a length. */
function lengthsAround(numbers: readonly number[]): readonly string[] {
  const lengths = numbers.filter((number) => Number.isInteger(number) && number > 0 && number < LONGEST).slice(0, 4);
  return lengths.flatMap((length) =>
    [length, length - 1, length + 1].flatMap((count) => ["Kimberley".repeat(40).slice(0, count), "1".repeat(count)]),
  );
}

function numbersAround(attribute: string, numbers: readonly number[]): readonly AttributeValue[] {
  return numbers
    .slice(0, 5)
    .flatMap((number) =>
      [number, number - 1, number + 1].flatMap((each) => (isBuiltInAttribute(attribute) ? [String(each)] : [String(each), each])),
    );
}

/** Dates of birth at both sides of an age. */
function birthdays({ numbers }: Literals, now: Date): readonly string[] {
  const ages = numbers.filter((number) => Number.isInteger(number) && number >= 5 && number <= 100);
  return ages.slice(0, 5).flatMap((age) => {
    const day = new Date(now);
    day.setUTCFullYear(day.getUTCFullYear() - age);
    return [2, 0, -2, 366, -366].map((later) => new Date(day.getTime() + later * MS_PER_DAY).toISOString().slice(0, 10));
  });
}
