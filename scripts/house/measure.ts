import { complexFunctions, longFunctions, type MeasuredFunction } from "./functions";
import { type Arrows, largestKnot } from "./knot";
import { foundation, outside, registries } from "./parts";
import { type HouseFile, LISTS } from "./sources";
import { smallestStep } from "./step";

/** Figures of the structure. Smaller is better. */
export interface Figures {
  readonly "features in the largest knot": number;
  readonly "imports of features by what is to know none": number;
  readonly "importers of the most imported feature": number;
  readonly "files that the smallest step loads": number;
  readonly "lines that the smallest step loads": number;
  readonly "functions over 60 lines": number;
  readonly "functions over a complexity of 25": number;
  readonly "the highest complexity": number;
  readonly "lines of source": number;
}

/** The figures, and the facts behind them. */
export interface House {
  readonly figures: Figures;
  readonly features: readonly string[];
  /** The features that each feature imports, lists left out. */
  readonly edges: Arrows;
  /** Features that all lead to each other. */
  readonly knot: readonly string[];
  /** Features in the largest knot, with the lists as nodes. Each feature that a list names may add one: a guide, not a bound. */
  readonly withLists: number;
  /** "lib/gatehouse.ts -> partners", for each pair. */
  readonly intrusions: readonly string[];
  /** Files of other parts that import a feature, by feature. */
  readonly importers: ReadonlyMap<string, readonly string[]>;
  readonly long: readonly MeasuredFunction[];
  readonly complex: readonly MeasuredFunction[];
}

const MOST_LINES = 60;
const MOST_COMPLEXITY = 25;

function isFeature(part: string | undefined): part is string {
  return part !== undefined && part !== LISTS && !foundation.includes(part) && !outside.includes(part);
}

export function featuresIn(files: readonly HouseFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ part }) => (isFeature(part) ? [part] : [])))].sort();
}

/** The features that each feature imports, lists left out. */
export function edgesIn(files: readonly HouseFile[]): Arrows {
  const inFeatures = files.filter(({ path, part }) => isFeature(part) && !registries.includes(path));
  return arrowsOf(inFeatures, new Map(files.map(({ path, part }) => [path, part])), isFeature);
}

/** Measures a checkout. @param root its folder */
export async function measure(root: string, files: readonly HouseFile[]): Promise<House> {
  const partOf = new Map(files.map(({ path, part }) => [path, part]));
  const features = featuresIn(files);
  const others = files.filter(({ path, part }) => !registries.includes(path) && !outside.includes(part ?? ""));
  const edges = edgesIn(files);
  const knot = largestKnot(edges);
  const intrusions = others
    .filter(({ part }) => foundation.includes(part ?? ""))
    .flatMap(({ path, imports }) => imports.filter((each) => isFeature(partOf.get(each))).map((each) => `${path} -> ${each}`));
  const importers = new Map(
    features.map((feature) => [
      feature,
      others
        .filter(({ part, imports }) => part !== feature && imports.some((each) => partOf.get(each) === feature))
        .map(({ path }) => path),
    ]),
  );
  const step = await smallestStep(root);
  const lines = new Map(files.map(({ path, text }) => [path, text.split("\n").length - 1]));
  const sum = (paths: readonly string[]) => paths.reduce((total, path) => total + (lines.get(path) ?? 0), 0);
  const long = longFunctions(files, MOST_LINES);
  const complex = complexFunctions(root, files, MOST_COMPLEXITY);
  return {
    figures: {
      "features in the largest knot": knot.length,
      "imports of features by what is to know none": intrusions.length,
      "importers of the most imported feature": Math.max(...[...importers.values()].map(({ length }) => length)),
      "files that the smallest step loads": step.files.length,
      "lines that the smallest step loads": sum(step.files),
      "functions over 60 lines": long.length,
      "functions over a complexity of 25": complex.length,
      "the highest complexity": complex[0]?.amount ?? MOST_COMPLEXITY,
      "lines of source": sum([...lines.keys()]),
    },
    features,
    edges,
    knot,
    withLists: largestKnot(arrowsOf(files, partOf, (part) => !outside.includes(part ?? ""))).filter(isFeature).length,
    intrusions,
    importers,
    long,
    complex,
  };
}

/** The imports between the selected parts. */
function arrowsOf(
  files: readonly HouseFile[],
  partOf: ReadonlyMap<string, string | undefined>,
  fits: (part: string | undefined) => boolean,
): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const { part, imports } of files) {
    if (part === undefined || !fits(part)) continue;
    const to = arrows.get(part) ?? new Set();
    arrows.set(part, to);
    for (const each of imports) {
      const target = partOf.get(each);
      if (target !== undefined && target !== part && fits(target)) to.add(target);
    }
  }
  return arrows;
}
