import { ruleOf } from "../../engine/sign-up/policy";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { isAttributeName, shortName } from "../../simulator/contract/attributes";
import { policySources } from "./policy-sources";

// A policy's own words, as they stand in its files. The packaged compiler has no parser to call, and words are enough: what is
// made of them is tried, not believed.

/** What two policies speak of; first what only one has so, and the parts in which they differ. */
export interface Vocabulary {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** As written: `/^a$/i`. */
  readonly patterns: readonly string[];
  /** Short names of the attributes that they mention. */
  readonly attributes: readonly string[];
  /** Every identifier. */
  readonly names: ReadonlySet<string>;
  /** The parts as written. */
  readonly sources: readonly string[];
  /** Whether one of the words is in a part that the policies have otherwise. */
  isChanged(...words: readonly string[]): boolean;
}

type Kind = "text" | "number" | "pattern" | "name";

/** A statement at the top of a file: two with the same text are the same. */
interface Part {
  readonly text: string;
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
  const changed = sides.flat().filter(({ text }) => !sides.every((parts) => parts.some((part) => part.text === text)));
  const words = [...changed, ...sides.flat()].flatMap((part) => part.words);
  const changedWords = new Set(changed.flatMap((part) => part.words.map(([, value]) => value)));
  const counts = sides.map((parts) => countsOf(parts.flatMap((part) => part.words.map(([, value]) => value))));
  const isOneSided = (value: string) => new Set(counts.map((each) => each.get(value))).size > 1;
  const of = (kind: Kind) => [...new Set(words.flatMap(([each, value]) => (each === kind ? [value] : [])))];
  const literals = (kind: Kind) => of(kind).sort((one, other) => Number(isOneSided(other)) - Number(isOneSided(one)));
  const asked = policies.flat().flatMap(({ policy }) => policy.rules.map(ruleOf).flatMap(({ asks = [] }) => asks));
  return {
    ...{ texts: literals("text"), numbers: literals("number").map(Number), patterns: literals("pattern") },
    attributes: [...new Set([...words.map(([, value]) => value), ...asked].filter(isAttributeName).map(shortName))],
    names: new Set(of("name")),
    sources: [...changed, ...sides.flat()].map(({ text }) => text),
    isChanged: (...asked) => asked.some((each) => changedWords.has(each)),
  };
}

function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Imports are no part. */
function partsOf(file: string): readonly Part[] {
  const statements = file.replace(comment, " ").split(/\n(?=[\p{L}@])/u);
  const texts = statements.map((statement) => statement.trim().replace(/\s+/g, " "));
  return texts.filter((text) => text !== "" && !text.startsWith("import ")).map((text) => ({ text, words: wordsOf(text) }));
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
