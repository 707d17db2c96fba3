import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { CommandError } from "../failure";

const expectations = ["continue", "block", "invalid"] as const;
export type Expectation = (typeof expectations)[number];

/** A request as Entra sends it, and what its folder claims of it. */
export interface Case {
  /** Below the folder of cases: "block/unlisted.json". */
  readonly name: string;
  readonly path: string;
  readonly step: Step;
  readonly expected: Expectation;
}

/** What stands in the tables when a folder's cases run, where it has files of its own for them. */
export const tableFiles = { accessList: "access-list.csv", profiles: "profiles.csv", referenceData: "reference-data.csv" } as const;
const fileNames: readonly string[] = Object.values(tableFiles);

/**
 * The cases of a folder, in the order of their names. Whatever is neither a case nor a folder for cases is an error: a
 * case that silently does not run would claim something for nothing.
 * @param defaultStep the step of cases that stand in no step's folder
 */
export function findCases(folder: string, defaultStep: Step): readonly Case[] {
  return entriesOf(folder).flatMap((entry): readonly Case[] => {
    const { name } = entry;
    const path = join(folder, name);
    if (entry.isDirectory() && isOneOf(steps, name)) return casesOfStep(path, name, `${name}/`);
    if (entry.isDirectory() && isOneOf(expectations, name)) return casesExpecting(path, name, defaultStep, "");
    if (!entry.isDirectory() && fileNames.includes(name)) return [];
    throw new CommandError(
      `${path}: a folder of cases holds ${[...expectations, ...steps].join(", ")}, ${fileNames.slice(0, -1).join(", ")} and ${fileNames.at(-1)}, nothing else.`,
    );
  });
}

function casesOfStep(folder: string, step: Step, prefix: string): readonly Case[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && isOneOf(expectations, entry.name)) return casesExpecting(path, entry.name, step, prefix);
    throw new CommandError(`${path}: a step's folder of cases holds ${expectations.join(", ")}, nothing else.`);
  });
}

function casesExpecting(folder: string, expected: Expectation, step: Step, prefix: string): readonly Case[] {
  return entriesOf(folder).map(({ name }) => {
    const path = join(folder, name);
    if (!name.endsWith(".json")) throw new CommandError(`${path}: a case is a file that ends in .json.`);
    return { name: `${prefix}${expected}/${name}`, path, step, expected };
  });
}

/** Sorted by name; what an operating system leaves behind (.DS_Store, .gitkeep) does not count. */
function entriesOf(folder: string): readonly Dirent[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
