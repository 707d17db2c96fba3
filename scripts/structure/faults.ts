import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import { parseSync } from "oxc-parser";
import { LISTS } from "../lists/surfaces";
import { elsewhere, facesOnRows, layers, listLayers, lists, uncheckedFolders, users } from "./map";

/** The features that each feature imports, and therefore depends on. */
export type Edges = Readonly<Record<string, readonly string[]>>;

type Sources = ReadonlyMap<string, Imports>;

/** Finds imports that the map forbids, and circles of features. Returns one fault a line. */
export function findFaults(sources: Sources): readonly string[] {
  const checkedSources = [...sources].filter(([path]) => !uncheckedFolders.includes(getTopFolder(path)));
  const faults = checkedSources.flatMap(([path, imports]) =>
    layers[findLayer(path)] === undefined
      ? [`${path}: ${findLayer(path)} has no line in layers.`]
      : [...imports].flatMap(([specifier, target]) => findFault(path, specifier, target) ?? []),
  );
  const circle = findCircle(findEdges(sources));
  return [...faults, ...countFacesOnRows(checkedSources), ...(circle.length > 0 ? [`Features in a circle: ${circle.join(", ")}.`] : [])];
}

function findFault(path: string, specifier: string, target: string | undefined): string | undefined {
  const layer = findLayer(path);
  const fault = (why: string) => `${path} imports ${specifier}: ${why}`;
  if (/^entra-gatehouse(\/|$)/.test(specifier)) return users.includes(layer) ? undefined : fault("only a policy imports the package.");
  if (target === undefined) return undefined;
  const targetLayer = findLayer(target);
  if (targetLayer !== layer && !layers[layer]?.includes(targetLayer)) return fault(`${layer} may not import ${targetLayer}.`);
  const isForeign = findFeature(path) === undefined && findFeature(target) !== undefined && !isFeatureList(path);
  return isForeign ? fault("no feature and no list, it may not import a feature.") : undefined;
}

/** Compares how many pages and verbs of a feature reach rows or clients themselves with the map. Acts and views are to reach them. */
function countFacesOnRows(sources: readonly (readonly [string, Imports])[]): readonly string[] {
  const paths = sources.filter(([path, imports]) => {
    const isFace = ["pages", "verbs"].includes(findLayer(path));
    return (
      isFace &&
      [...imports.values()].some(
        (target) => target !== undefined && (["store", "client"].includes(findLayer(target)) || target.startsWith("adapters/tables/")),
      )
    );
  });
  const features = new Set(sources.map(([path]) => findFeature(path)));
  const names = new Set([...paths.map(([path]) => findFeature(path) ?? ""), ...Object.keys(facesOnRows)]);
  return [...names].flatMap((name) => {
    const count = paths.filter(([path]) => findFeature(path) === name).length;
    const allowed = facesOnRows[name] ?? 0;
    if (count === allowed || !features.has(name)) return [];
    if (count < allowed) return [`${name}: only ${count} of its pages and verbs reach rows or clients, so write ${count} in facesOnRows.`];
    return [`${name}: ${count} of its pages and verbs reach rows or clients, ${allowed} may: an act or a view is to reach them.`];
  });
}

const getTopFolder = (path: string) => path.split("/", 1)[0] ?? path;

const FEATURE_LAYER = /^features\/[^/]+\/(acts|client|cases|jobs|local|pages|stack|store|verbs|views|worker|world)(\/|\.tsx?$)/;

/** Layers of files that lie directly in a feature's folder and do not have their layer's name. */
const partLayers: Readonly<Record<string, string>> = { rows: "store", mails: "worker" };

/** The star distinguishes these layers from code outside features/ with the same name. */
const ownLayers: Readonly<Record<string, string>> = { local: "*.local", cases: "*.cases" };

function findLayer(path: string): string {
  if (getTopFolder(path) !== "features") return getTopFolder(path);
  if (/^features\/[^/]+\/[^/]+\.lambda\.ts$/.test(path)) return "*.lambda";
  const [, part = ""] = /^features\/[^/]+\/(\w+)\.ts$/.exec(path) ?? [];
  const layer = partLayers[part] ?? FEATURE_LAYER.exec(path)?.[1] ?? "rule";
  return listLayers[path] ?? ownLayers[layer] ?? layer;
}

export function isFeatureList(path: string): boolean {
  return /^features\/[^/]+$/.test(path) || path.startsWith(`${LISTS}/`) || lists.includes(path);
}

export function findFeature(path: string): string | undefined {
  if (path.startsWith(`${LISTS}/`)) return undefined;
  const [, name] = /^features\/([^/]+)\//.exec(path) ?? [];
  const starts = Object.keys(elsewhere).filter((start) => path.startsWith(start));
  return name ?? elsewhere[starts.sort((one, other) => other.length - one.length)[0] ?? ""];
}

/** Finds the features that each feature imports. Lists and tests do not count. */
export function findEdges(sources: Sources): Edges {
  const edges: Record<string, string[]> = {};
  for (const [path, imports] of sources) {
    const feature = findFeature(path);
    if (feature === undefined || uncheckedFolders.includes(getTopFolder(path))) continue;
    const neededFeatures = [...imports.values()].flatMap((target) => (target === undefined ? [] : (findFeature(target) ?? [])));
    edges[feature] = [...new Set([...(edges[feature] ?? []), ...neededFeatures])].filter((each) => each !== feature);
  }
  return edges;
}

/** Repeatedly removes features that import no remaining feature. The features that remain are in a circle, or depend on one. */
function findCircle(edges: Edges): readonly string[] {
  let remainingNames = Object.keys(edges);
  for (;;) {
    const next = remainingNames.filter((feature) => edges[feature]?.some((each) => remainingNames.includes(each)));
    if (next.length === remainingNames.length) return remainingNames;
    remainingNames = next;
  }
}

export function withDependents(features: readonly string[], edges: Edges): ReadonlySet<string> {
  const all = new Set(features);
  for (const each of all) for (const [feature, needed] of Object.entries(edges)) if (needed.includes(each)) all.add(feature);
  return all;
}

/** Maximum numbers of functions whose names say neither what the function does nor what it returns. The numbers are never raised. */
export const NAME_BOUNDS = { participles: 20, of: 75, prepositions: 558 } as const;

type NameCounts = Readonly<Record<keyof typeof NAME_BOUNDS, readonly string[]>>;

const irregular = new Set(
  [
    "found known kept told untold said given shown left held made sent seen written drawn taken gone put read begun begotten",
    "built bought brought caught cut done felt forgotten gotten heard hidden hit laid led lent lost meant met paid proven set",
    "shut spent stood sworn thrown typed understood won worn learnt",
  ].flatMap((line) => line.split(" ")),
);

/** A function's declaration, or a constant that holds an arrow function. */
const declaration =
  /(?:^|\n)[ \t]*(?:export )?(?:default )?(?:async )?function\*? +([A-Za-z_$][\w$]*)|(?:^|\n)[ \t]*(?:export )?const +([A-Za-z_$][\w$]*)(?:: [^=\n]+)? = (?:async )?(?:\([^\n]*\)|[a-z_$][\w$]*)(?:: [^=\n]+)? =>/g;

/** Folders of examples and tests, which are not part of the sources. */
const UNCOUNTED = /^(test|docs|samples|policy)\/|\.d\.ts$/;

/** Finds functions that are named by a participle alone (`judged`), or end in a preposition (`keyOf`, `keyFor`). */
export function countNames(texts: ReadonlyMap<string, string>): NameCounts {
  const names = [...texts]
    .filter(([path]) => !UNCOUNTED.test(path))
    .flatMap(([path, text]) => [...text.matchAll(declaration)].map(([, name = "", constant = name]) => ({ path, name: name || constant })));
  const select = (matches: (name: string) => boolean) =>
    names.filter(({ name }) => matches(name)).map(({ path, name }) => `${path}: ${name}`);
  return {
    participles: select((name) => irregular.has(name) || /^[a-z]+ed$/.test(name)),
    of: select((name) => /[a-z]Of$/.test(name)),
    prepositions: select((name) => /[a-z](For|In|At|From|By)$/.test(name)),
  };
}

export function findNameFaults(texts: ReadonlyMap<string, string>): readonly string[] {
  const counts = countNames(texts);
  const words = { participles: "are named by a participle alone", of: "end in Of", prepositions: "end in For, In, At, From or By" };
  return (Object.keys(words) as (keyof typeof words)[])
    .filter((kind) => counts[kind].length > NAME_BOUNDS[kind])
    .map(
      (kind) =>
        `${counts[kind].length} functions ${words[kind]}, ${NAME_BOUNDS[kind]} may: name yours by a verb phrase.\n  ${counts[kind].join("\n  ")}`,
    );
}

/**
 * Paths of imported sources, by the specifier as written; undefined if the specifier names no source of the project. Imports of types count
 * too.
 */
export type Imports = ReadonlyMap<string, string | undefined>;

export function readTexts(root: string): ReadonlyMap<string, string> {
  const kinds = ["*.ts", "*.tsx", "*.mjs", "*.cjs", "*.js"];
  const fileList = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--deduplicate", ...kinds], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = fileList.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** Reads every source's imports. @param texts by path, relative to the project's folder, with forward slashes */
export function readImports(texts: ReadonlyMap<string, string>): ReadonlyMap<string, Imports> {
  return new Map(
    [...texts].map(([path, text]) => [path, new Map(readSpecifiers(path, text).map((each) => [each, resolve(path, each, texts)]))]),
  );
}

function readSpecifiers(path: string, text: string): readonly string[] {
  const { module } = parseSync(path, text);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ];
}

function resolve(path: string, specifier: string, texts: ReadonlyMap<string, unknown>): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const target = join(dirname(path), specifier).replaceAll("\\", "/");
  return ["", ".ts", ".tsx", "/index.ts", ".d.ts"].map((ending) => `${target}${ending}`).find((each) => texts.has(each));
}
