import { ruleOf } from "../../engine/sign-up/policy";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import type { SourceFile } from "../../lib/policy-folder/source-files";
import { isAttributeName, shortName } from "../../simulator/contract/attributes";
import { policySources } from "./policy-sources";
import { type SourcePart, type SourceWord, sourceParts } from "./source-words";

/** Literals, the likeliest to matter first. */
export interface Literals {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  readonly patterns: readonly string[];
}

/** What two policies speak of. */
export interface Vocabulary extends Literals {
  /** Short names of the attributes that they mention. */
  readonly attributes: readonly string[];
  /** Every identifier. */
  readonly names: ReadonlySet<string>;
  /** Literals of the parts that mention a word, and of what those parts use. */
  near(word: string): Literals;
  /** Whether a word is in a part that the other policy has not, or has otherwise, or in one that uses it. */
  isChanged(word: string): boolean;
  /** Whether the policies have a literal unlike often. */
  isOneSided(literal: string): boolean;
  /** Parts that mention a word, their tokens one space apart. */
  partsWith(word: string): readonly string[];
}

/** Both policies' words; first those of the parts in which they differ. */
export function vocabularyOf(policies: readonly (readonly PolicyStep[])[]): Vocabulary {
  const sides = policies.map((policy) => sourceParts(filesOf(policy)));
  const isShared = (part: SourcePart) => sides.every((parts) => parts.some(({ text }) => text === part.text));
  const all = sides.flat();
  const changed = all.filter((part) => !isShared(part));
  const inOrder = [...withUsed(changed, all), ...all];
  const changedWords = new Set(withUsers(changed, all).flatMap(({ words }) => words.map(({ value }) => value)));
  const counts = sides.map(literalCounts);
  const isOneSided = (literal: string) => new Set(counts.map((each) => each.get(literal) ?? 0)).size > 1;
  const ordered = (parts: readonly SourcePart[]) => literalsIn(parts, isOneSided);
  const mentioning = (word: string) => inOrder.filter(({ words }) => words.some(({ value }) => value === word));
  const asked = policies.flat().flatMap(({ policy }) => policy.rules.map(ruleOf).flatMap(({ asks = [] }) => asks));
  const values = inOrder.flatMap(({ words }) => words.map(({ value }) => value));
  return {
    ...ordered(inOrder),
    attributes: [...new Set([...values, ...asked].filter(isAttributeName).map(shortName))],
    names: new Set(inOrder.flatMap(({ words }) => words.flatMap(({ kind, value }) => (kind === "name" ? [value] : [])))),
    near: (word) => ordered(withUsed(mentioning(word), all)),
    isOneSided,
    isChanged: (word) => changedWords.has(word),
    partsWith: (word) => [...new Set(mentioning(word).map(({ text }) => text))],
  };
}

function filesOf(policy: readonly PolicyStep[]): readonly SourceFile[] {
  return [...new Map(policy.flatMap(policySources).map((each) => [each.file, each])).values()];
}

/** The parts, and those that use what they declare. */
function withUsers(parts: readonly SourcePart[], all: readonly SourcePart[]): readonly SourcePart[] {
  const found = new Set(parts);
  for (const { declares } of found) {
    const users = all.filter(({ words }) => words.some(({ kind, value }) => kind === "name" && declares.includes(value)));
    for (const user of users) found.add(user);
  }
  return [...found];
}

/** The parts, and those that declare what they use. */
function withUsed(parts: readonly SourcePart[], all: readonly SourcePart[]): readonly SourcePart[] {
  const found = new Set(parts);
  for (const part of found) {
    const used = new Set(part.words.flatMap(({ kind, value }) => (kind === "name" ? [value] : [])));
    for (const other of all) if (other.declares.some((name) => used.has(name))) found.add(other);
  }
  return [...found];
}

/** Those that only one policy has come first. */
function literalsIn(parts: readonly SourcePart[], isOneSided: (literal: string) => boolean): Literals {
  const of = (kind: SourceWord["kind"]) => {
    const values = [...new Set(parts.flatMap(({ words }) => words.flatMap((word) => (word.kind === kind ? [word.value] : []))))];
    return [...values.filter(isOneSided), ...values.filter((value) => !isOneSided(value))];
  };
  return { texts: of("text"), numbers: of("number").map(Number).filter(Number.isFinite), patterns: of("pattern") };
}

function literalCounts(parts: readonly SourcePart[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, value } of parts.flatMap(({ words }) => words)) if (kind !== "name") counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
