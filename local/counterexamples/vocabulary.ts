import { isDeepStrictEqual } from "node:util";
import { buildSync } from "esbuild";
import { unwrapRule } from "../../engine/sign-up/policy";
import type { PolicyStep } from "../../lib/policy-folder/policy-folder";
import { isAttributeName, shortName } from "../../simulator/contract/attributes";

// This module finds the words in a policy's code. It need not understand the code, because every guess is tested.

/** Each list begins with the words that the policies do not have in common. */
export interface Vocabulary {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  /** Regular expressions as written: `/^a$/i`. */
  readonly patterns: readonly string[];
  /** Short names of attributes in the policies. */
  readonly attributes: readonly string[];
  /** The top-level statements of the policies' code. */
  readonly sources: readonly string[];
  has(word: string): boolean;
  /** True if both policies have the same code. */
  readonly isSame: boolean;
}

type Kind = "text" | "number" | "pattern" | "name";
type Word = readonly [kind: Kind, value: string];

const word =
  /(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<pattern>(?<=(?:[(,=:[!&|?{};>]|\breturn)\s*)\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*)|(?<number>\b\d[\d.]*(?:e\d+)?)|(?<name>[\p{L}$_][\p{L}\p{N}$_]*)/gsu;

export function buildVocabulary(policies: readonly (readonly PolicyStep[])[]): Vocabulary {
  const sides = policies.map(splitPolicyCode);
  const isShared = (source: string) => sides.every((parts) => parts.includes(source));
  const [shared, own] = [true, false].map((isSharedSide) => sides.flat().filter((source) => isShared(source) === isSharedSide)) as [
    string[],
    string[],
  ];
  const words = [...own, ...shared].flatMap(extractWords);
  const knownValues = new Set(words.map(([, value]) => value));
  const all = sides.map((parts) => parts.flatMap(extractWords).map(([, value]) => value));
  const isOneSided = (value: string) => new Set(all.map((values) => values.filter((each) => each === value).length)).size > 1;
  const of = (kind: Kind) => {
    const values = [...new Set(words.flatMap(([each, value]) => (each === kind ? [value] : [])))];
    return [...values.filter(isOneSided), ...values.filter((value) => !isOneSided(value))];
  };
  const askedServices = policies.flat().flatMap(({ policy }) => policy.rules.map(unwrapRule).flatMap(({ asks = [] }) => asks));
  return {
    texts: of("text").filter((text) => text !== ""),
    ...{ numbers: of("number").map(Number), patterns: of("pattern"), sources: [...own, ...shared] },
    attributes: [...new Set([...knownValues, ...askedServices].filter(isAttributeName).map(shortName))],
    isSame: isDeepStrictEqual(sides[0], sides[1]),
    has: (each) => knownValues.has(each),
  };
}

function splitPolicyCode(policy: readonly PolicyStep[]): readonly string[] {
  const { outputFiles } = buildSync({
    ...{ entryPoints: policy.map(({ file }) => file), bundle: true, packages: "external", external: ["entra-gatehouse"] },
    ...{ write: false, outdir: ".", format: "esm", charset: "utf8", legalComments: "none", logLevel: "silent" },
    // Makes esbuild split a template literal into several texts.
    supported: { "template-literal": false },
  });
  // The comments that name the bundle's files are removed, because equal code may be in files of different names.
  return outputFiles.flatMap(({ text }) => text.replace(/^\/\/.*\n/gm, "").split(/\n(?=\w)/));
}

function extractWords(code: string): readonly Word[] {
  return [...code.matchAll(word)].map(({ groups = {} }) => {
    const [kind, value] = Object.entries(groups).find(([, each]) => each !== undefined) as [Kind, string];
    return [kind, kind === "text" ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value];
  });
}
