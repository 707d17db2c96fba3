import { ruleOf } from "../../engine/sign-up/policy";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { isAttributeName, shortName } from "../../simulator/contract/attributes";
import { policySources } from "./policy-sources";

// A policy's own words, as they stand in its files. The packaged compiler has no parser to call, and words are enough: what is
// made of them is tried, not believed.

/** Literals, those that only one policy has first. */
export interface Literals {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** As written: `/^a$/i`. */
  readonly patterns: readonly string[];
}

/** What two policies speak of; first the parts in which they differ. */
export interface Vocabulary extends Literals {
  /** Short names of the attributes that they mention. */
  readonly attributes: readonly string[];
  /** Every identifier. */
  readonly names: ReadonlySet<string>;
  /** The parts as written. */
  readonly sources: readonly string[];
  /** Literals of the parts that mention a word, and of what those parts use. */
  near(word: string): Literals;
  /** Whether one of the words is in a part that the policies have otherwise, or in one that uses it. */
  isChanged(...words: readonly string[]): boolean;
}

type Kind = "text" | "number" | "pattern" | "name";

/** A statement at the top of a file. */
interface Part {
  /** Two parts with the same text are the same. */
  readonly text: string;
  readonly declares: string | undefined;
  readonly words: readonly (readonly [kind: Kind, value: string])[];
}

const comment = /\/\*[\s\S]*?\*\/|(?<=^|[\s;,{}()[\]])\/\/[^\n]*/g;
const word =
  /(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<pattern>(?<=(?:[(,=:[!&|?{};>]|\breturn)\s*)\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*)|(?<number>\b\d[\d_]*(?:\.\d+)?)|(?<name>[\p{L}$_][\p{L}\p{N}$_]*)/gsu;

export function vocabularyOf(policies: readonly (readonly PolicyStep[])[]): Vocabulary {
  const sides = policies.map((policy) => {
    const files = new Map(policy.flatMap(policySources).map(({ file, text }) => [file, text]));
    return [...files.values()].flatMap(partsOf);
  });
  const all = sides.flat();
  const changed = all.filter(({ text }) => !sides.every((parts) => parts.some((part) => part.text === text)));
  const inOrder = [...new Set([...withRelated(changed, all, uses), ...all])];
  const changedWords = new Set(withRelated(changed, all, (part, other) => uses(other, part)).flatMap(valuesOf));
  const counts = sides.map((parts) => {
    const times = new Map<string, number>();
    for (const value of parts.flatMap(valuesOf)) times.set(value, (times.get(value) ?? 0) + 1);
    return times;
  });
  const isOneSided = (value: string) => new Set(counts.map((each) => each.get(value))).size > 1;
  const literalsOf = (parts: readonly Part[]): Literals => {
    const of = (kind: Kind) => {
      const values = [...new Set(parts.flatMap(({ words }) => words.flatMap(([each, value]) => (each === kind ? [value] : []))))];
      return values.sort((one, other) => Number(isOneSided(other)) - Number(isOneSided(one)));
    };
    return { texts: of("text"), numbers: of("number").map(Number), patterns: of("pattern") };
  };
  const asked = policies.flat().flatMap(({ policy }) => policy.rules.map(ruleOf).flatMap(({ asks = [] }) => asks));
  const mentioned = [...inOrder.flatMap(valuesOf), ...asked].filter(isAttributeName);
  return {
    ...literalsOf(inOrder),
    attributes: [...new Set(mentioned.map(shortName))],
    names: new Set(inOrder.flatMap(namesOf)),
    sources: inOrder.map(({ text }) => text),
    near: (value) =>
      literalsOf(
        withRelated(
          inOrder.filter((part) => valuesOf(part).includes(value)),
          all,
          uses,
        ),
      ),
    isChanged: (...words) => words.some((each) => changedWords.has(each)),
  };
}

/** Imports are no part. */
function partsOf(file: string): readonly Part[] {
  const statements = file.replace(comment, " ").split(/\n(?=[\p{L}@])/u);
  return statements.flatMap((statement) => {
    const text = statement.trim().replace(/\s+/g, " ");
    const declares = /^(?:export )?(?:default )?(?:async )?(?:const|let|function|class) ([\p{L}\p{N}$_]+)/u.exec(text)?.[1];
    return text === "" || text.startsWith("import ") ? [] : [{ text, declares, words: wordsOf(text) }];
  });
}

function wordsOf(code: string): Part["words"] {
  return [...code.matchAll(word)].flatMap(({ groups = {} }): Part["words"] => {
    const [kind, value] = Object.entries(groups).find(([, each]) => each !== undefined) as [Kind, string];
    if (kind === "number") return [[kind, value.replaceAll("_", "")]];
    if (kind !== "text") return [[kind, value]];
    const holes = value.startsWith("`") ? [...value.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, hole = ""]) => wordsOf(hole)) : [];
    const texts = value.slice(1, -1).split(/\$\{[^}]*\}/);
    return [...texts.filter((text) => text !== "").map((text) => ["text", text.replace(/\\(.)/g, "$1")] as const), ...holes];
  });
}

function valuesOf({ words }: Part): readonly string[] {
  return words.map(([, value]) => value);
}

function namesOf({ words }: Part): readonly string[] {
  return words.flatMap(([kind, value]) => (kind === "name" ? [value] : []));
}

function uses(part: Part, other: Part): boolean {
  return other.declares !== undefined && namesOf(part).includes(other.declares);
}

/** The parts, those related to them, and so on. */
function withRelated(parts: readonly Part[], all: readonly Part[], isRelated: (part: Part, other: Part) => boolean): readonly Part[] {
  const found = new Set(parts);
  for (const part of found) for (const other of all) if (isRelated(part, other)) found.add(other);
  return [...found];
}
