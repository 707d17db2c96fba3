import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../lib/package-root";
import { type Arrows, goWith } from "./knot";
import { edgesIn, type Figures, featuresIn, type House, measure } from "./measure";
import { idlePatterns, sourceFiles } from "./sources";
import { withoutFeatures } from "./without-feature";

// Measures the structure: npm run house. With --check, as in npm run check, the exit code is 1 if a figure exceeds its bound. With
// --accept, the current figures become the bounds.

const boundsFile = join(packageRoot, "scripts/house/bounds.json");
/** The features that each feature may import: it needs them. */
const edgesFile = join(packageRoot, "scripts/house/edges.json");
type Name = keyof Figures;

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean" },
    accept: { type: "boolean" },
    all: { type: "boolean" },
    root: { type: "string" },
    without: { type: "string" },
    suites: { type: "boolean" },
  },
});
const root = options.root ?? packageRoot;
const files = sourceFiles(root);

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  if (options.without !== undefined) return tryWithout(options.without);
  const house = await measure(root, files);
  if (options.accept) accept(house);
  else if (options.check) check(house);
  else print(house);
}

/** Removes a feature, or each in turn, and prints the files that no longer compile; with --suites also failed suites of others. */
function tryWithout(feature: string): void {
  for (const each of feature === "all" ? featuresIn(files) : [feature]) {
    const { compiler, suites } = withoutFeatures([each], root, options.suites);
    const wrong = [...new Set([...compiler.map((line) => line.split("(", 1)[0]), ...suites])].sort();
    const gone = goWith([each], edgesIn(files)).join(", ");
    console.log(`without ${gone}: ${wrong.length === 0 ? "nothing else needs it" : wrong.join(" ")}`);
  }
}

function bounds(): Record<Name, number> {
  return JSON.parse(readFileSync(boundsFile, "utf8")) as Record<Name, number>;
}

const declared = (): Arrows =>
  new Map(Object.entries(JSON.parse(readFileSync(edgesFile, "utf8")) as Record<string, string[]>).map(([from, to]) => [from, new Set(to)]));

/** Edges in only the first graph. */
const beyond = (edges: Arrows, others: Arrows) =>
  [...edges].flatMap(([from, to]) => [...to].filter((each) => !others.get(from)?.has(each)).map((each) => ({ from, to: each })));

const namesOf = ({ figures }: House) => Object.keys(figures) as readonly Name[];

/** The figures, beside their bounds. */
function print(house: House): void {
  const limits = bounds();
  for (const name of namesOf(house))
    console.log(`${String(house.figures[name]).padStart(8)}  at most ${String(limits[name]).padStart(7)}  ${name}`);
  console.log(`\n${house.features.length} features. The knot: ${[...house.knot].sort().join(" ")}; with the lists ${house.withLists}.`);
  for (const [feature, by] of [...house.importers]
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, options.all ? undefined : 10)) {
    console.log(`${String(by.length).padStart(8)}  files of other parts import ${feature}`);
  }
  if (options.all) printAll(house);
  else console.log("With --all: every import by what is to know no feature, and every function that is too large.");
}

function printAll({ intrusions, long, complex }: House): void {
  for (const each of intrusions) console.log(each);
  for (const { path, line, amount } of long) console.log(`${path}:${line} has ${amount} lines`);
  for (const { path, line, amount } of complex) console.log(`${path}:${line} has a complexity of ${amount}`);
}

function check(house: House): void {
  const limits = bounds();
  const faults = [
    ...files.flatMap(({ path, part }) => (part === undefined ? [`${path} belongs to no part: add it to scripts/house/parts.ts.`] : [])),
    ...idlePatterns(files).map((each) => `scripts/house/parts.ts: no file fits ${each}.`),
    ...beyond(house.edges, declared()).map(
      ({ from, to }) =>
        `features/${from} imports ${to} now: hand it in by a list, or let ${from} stand on ${to} in scripts/house/edges.json.`,
    ),
    ...namesOf(house).flatMap((name) =>
      house.figures[name] > limits[name]
        ? [
            `${name}: ${house.figures[name]}, at most ${limits[name]} before. npm run house -- --all shows where; with --accept the commit allows it.`,
          ]
        : [],
    ),
  ];
  for (const each of faults) console.log(each);
  if (faults.length > 0) process.exitCode = 1;
}

/** Saves the current figures and edges as bounds, better or worse: the commit shows them and gives the reason. */
function accept({ edges, figures }: House): void {
  const stands = [...edges].map(([from, to]) => [from, [...to].sort()] as const).filter(([, to]) => to.length > 0);
  writeFileSync(edgesFile, JSON.stringify(Object.fromEntries(stands.sort())));
  writeFileSync(boundsFile, JSON.stringify(figures));
  execFileSync(process.execPath, [join(packageRoot, "node_modules/@biomejs/biome/bin/biome"), "format", "--write", edgesFile, boundsFile]);
}
