import { elsewhere, layers, listLayers, lists, unchecked, users } from "./map";
import type { Imports } from "./sources";

/** The features that each feature may import: it stands on them. */
export type Edges = Readonly<Record<string, readonly string[]>>;

/** Finds imports that the map or the edges forbid, one a line. */
export function findFaults(sources: ReadonlyMap<string, Imports>, edges: Edges): readonly string[] {
  const checked = [...sources].filter(([path]) => !unchecked.includes(topOf(path)));
  const used = new Set<string>();
  const faults = checked.flatMap(([path, imports]) =>
    layers[findLayer(path)] === undefined
      ? [`${path}: ${findLayer(path)} has no line in layers.`]
      : [...imports].flatMap(([specifier, target]) => {
          const needed = target === undefined || isFeatureList(path) ? undefined : findFeature(target);
          const feature = findFeature(path);
          if (needed !== undefined && needed !== feature) used.add(`${feature} ${needed}`);
          return findFault(path, specifier, target, edges) ?? [];
        }),
  );
  const idle = Object.entries(edges).flatMap(([feature, needed]) =>
    needed.filter((each) => !used.has(`${feature} ${each}`)).map((each) => `${feature} imports nothing of ${each}: delete its edge.`),
  );
  const circle = findCircle(edges);
  return [...faults, ...idle, ...(circle.length > 0 ? [`Features in a circle: ${circle.join(", ")}.`] : [])];
}

function findFault(path: string, specifier: string, target: string | undefined, edges: Edges): string | undefined {
  const layer = findLayer(path);
  const fault = (why: string) => `${path} imports ${specifier}: ${why}`;
  if (/^entra-gatehouse(\/|$)/.test(specifier)) return users.includes(layer) ? undefined : fault("only a policy imports the package.");
  if (target === undefined) return undefined;
  const targetLayer = findLayer(target);
  if (targetLayer !== layer && !layers[layer]?.includes(targetLayer)) return fault(`${layer} may not import ${targetLayer}.`);
  const [feature, needed] = [findFeature(path), findFeature(target)];
  if (needed === undefined || needed === feature || isFeatureList(path)) return undefined;
  if (feature === undefined) return fault("no feature and no list, it may not import a feature.");
  return edges[feature]?.includes(needed) ? undefined : fault(`${feature} does not stand on ${needed} in edges.json.`);
}

const topOf = (path: string) => path.split("/", 1)[0] ?? path;

/** A layer of features by the names that files and folders have. */
const FEATURE_LAYER = /^features\/[^/]+\/(store|client|worker|stack|pages|verbs|standin|case-words)(\/|\.tsx?$)/;

function findLayer(path: string): string {
  if (topOf(path) !== "features") return topOf(path);
  if (/^features\/[^/]+\/[^/]+\.lambda\.ts$/.test(path)) return "*.lambda";
  return listLayers[path] ?? FEATURE_LAYER.exec(path)?.[1] ?? "rule";
}

export function isFeatureList(path: string): boolean {
  return /^features\/[^/]+$/.test(path) || lists.includes(path);
}

/** Finds the feature that a file belongs to. */
export function findFeature(path: string): string | undefined {
  const [, name] = /^features\/([^/]+)\//.exec(path) ?? [];
  const starts = Object.keys(elsewhere).filter((start) => path.startsWith(start));
  return name ?? elsewhere[starts.sort((one, other) => other.length - one.length)[0] ?? ""];
}

/** Features that lead to each other: what is left when features that stand on nothing are taken away, again and again. */
function findCircle(edges: Edges): readonly string[] {
  let left = Object.keys(edges);
  for (;;) {
    const next = left.filter((feature) => edges[feature]?.some((each) => left.includes(each)));
    if (next.length === left.length) return left;
    left = next;
  }
}

/** Adds all features that stand on these. */
export function withDependents(features: readonly string[], edges: Edges): ReadonlySet<string> {
  const all = new Set(features);
  for (const each of all) for (const [feature, needed] of Object.entries(edges)) if (needed.includes(each)) all.add(feature);
  return all;
}
