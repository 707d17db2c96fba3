import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { didYouMean } from "../../../engine/problem-texts";
import { withRelativePaths } from "../../../lib/app-root";
import { SERVED_POLICY, type ServedPolicy } from "../../../lib/stage";
import type { Template } from "../../aws/template";
import { readAnswers } from "./answer-file";
import { findAnswerFile, type OwnService } from "./own-service";

export interface NamedSystem extends OwnService {
  /** True if a rule gives the system's URL or origin. The calls can then go to a stand-in, even if the system is no known vendor. */
  readonly isPlaced: boolean;
}

/** Finds the systems that rules of all gates' policies and their workers call, and these policies' folders. */
export function namedSystems(template: Template): { readonly systems: readonly NamedSystem[]; readonly folders: readonly string[] } {
  const systemsByName = new Map<string, NamedSystem>();
  const all = new Set<string>();
  for (const { metadata } of template.ofType("AWS::Lambda::Function")) {
    const servedPolicy = metadata(SERVED_POLICY) as ServedPolicy | undefined;
    if (servedPolicy === undefined) continue;
    const folder = dirname(servedPolicy.file);
    all.add(folder);
    for (const use of servedPolicy.uses) {
      const { url, origin } = "service" in use ? use : {};
      const name = "service" in use ? use.service : "worker" in use ? use.calls : undefined;
      if (name === undefined) continue;
      const { folders = [], basePath = "/", isPlaced = false } = systemsByName.get(name) ?? {};
      systemsByName.set(name, {
        name,
        basePath: url === undefined ? basePath : new URL(url).pathname,
        folders: [...new Set([...folders, folder])],
        isPlaced: isPlaced || (url ?? origin) !== undefined,
      });
    }
  }
  return { systems: [...systemsByName.values()], folders: [...all] };
}

/** Systems of `service` and `http`, and vendors that have an answer file. */
export function answeredByFile(systems: readonly NamedSystem[], vendors: readonly string[]): readonly NamedSystem[] {
  return systems.filter((each) => each.isPlaced || (vendors.includes(each.name) && findAnswerFile(each) !== undefined));
}

/** Finds files in `answers` that no stand-in reads. Nothing else would report them. */
export function unreadAnswers(folders: readonly string[], services: readonly OwnService[]): readonly string[] {
  return folders.flatMap((folder) => {
    const names = services.filter((each) => each.folders.includes(folder)).map(({ name }) => name);
    const answers = join(folder, "answers");
    const files = existsSync(answers) ? readdirSync(answers).filter((file) => !file.startsWith(".")) : [];
    return files
      .filter((file) => !names.some((name) => file === `${name}.json`))
      .map((file) => `${withRelativePaths(join(answers, file))} is not read: ${noSuchName(file.replace(/\.[^.]*$/, ""), names)}`);
  });
}

/** Finds faults in answer files before the first call. In a call, a fault would look like a failure of the system. */
export async function brokenAnswers(services: readonly OwnService[]): Promise<readonly string[]> {
  const files = services.map(findAnswerFile).filter((file) => file !== undefined);
  const read = await Promise.all(files.map(readAnswers));
  return read.flatMap((each) => ("flaw" in each ? [each.flaw] : []));
}

function noSuchName(name: string, names: readonly string[]): string {
  if (names.includes(name)) return `name it ${name}.json.`;
  const there = names.length === 0 ? "" : ` There are ${names.join(", ")}.`;
  return `no rule asks a system of the name ${name}.${didYouMean(name, names) || there}`;
}

/** Thrown if `--endpoint` names a system that has no stand-in. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
}

export function assertEndpoints(names: Iterable<string>, knownNames: readonly string[]): void {
  for (const name of names)
    if (!knownNames.includes(name)) throw new EndpointError(`--endpoint ${name}=…: ${noSuchName(name, knownNames)}`);
}
