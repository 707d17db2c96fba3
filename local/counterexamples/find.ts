import { join } from "node:path";
import { appRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { policyPath } from "../../lib/policy-folder/policy-path";
import { ownMembers } from "../case-features";
import { caseFilesIn, readCaseFile } from "../cases/case-file";
import { installCaseTime } from "../cases/case-time";
import { rowsInFolder } from "../cases/rows";
import { type FoundPerson, foundPerson } from "./found-person";
import type { Direction, JudgedPolicy, Pair, TriedSignUp } from "./judge";
import { type Searched, searchSignUps } from "./search";

/** Which two policies are compared, and for how long. It goes to a thread. */
export interface FindAsked {
  /** The draft's folder, relative to the project or absolute. */
  readonly folder: string;
  /** Today's. */
  readonly against: string;
  /** Undefined for the default one. */
  readonly gate: string | undefined;
  readonly directions: readonly Direction[];
  readonly limitMs: number;
}

/** People that a draft lets in or refuses and today's policy does not. */
export interface FindResult extends Omit<Searched, "found"> {
  readonly ms: number;
  readonly found: readonly FoundPerson[];
}

/** The most cases of a folder that a search begins with. */
const MOST_SEEDS = 60;

/** Searches for people that a draft treats otherwise. Nothing is called, read or written outside of memory. Throws PolicyError. */
export async function findIn({ folder, against, gate, directions, limitMs }: FindAsked): Promise<FindResult> {
  // Before the policies are loaded: they may keep what they find.
  installCaseTime();
  const begun = performance.now();
  const now = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);
  const policies: Pair<JudgedPolicy> = [await judgedPolicy(against), await judgedPolicy(folder)];
  const [todays, drafts] = [await casesOf(against), await casesOf(folder)];
  const { found, ...counts } = await searchSignUps(policies, {
    ...{ gate, now, listAttributes: knownAttributesIn(appRoot)?.listAttributes, directions },
    seeds: [...drafts, ...todays].map(({ candidate }) => candidate).slice(0, MOST_SEEDS),
    accepted: drafts.filter(({ verdict }) => verdict !== undefined),
    mayTry: () => performance.now() - begun < limitMs,
  });
  return { ...counts, ms: Math.round(performance.now() - begun), found: found.map((each) => foundPerson(each, now)) };
}

async function judgedPolicy(folder: string): Promise<JudgedPolicy> {
  return { policy: loadPolicyFolder(folder), rows: await rowsInFolder(join(policyPath(folder), "cases")) };
}

/** Cases with what their files say for all of them, but those that state a whole body. */
async function casesOf(folder: string): Promise<readonly { readonly candidate: TriedSignUp; readonly verdict: string | undefined }[]> {
  const files = await Promise.all(caseFilesIn(join(policyPath(folder), "cases")).map(readCaseFile));
  return files.flatMap(({ content: file }) =>
    file.cases.flatMap(({ request, rows, answers, earlier, repeat, now = file.now, expect, ...more }) => {
      if (request === undefined) return [];
      const all = { ...ownMembers(more), earlier, repeat, now, rows: { ...file.rows, ...rows }, answers: { ...file.answers, ...answers } };
      const members = Object.entries(all).filter(([, member]) => member !== undefined);
      return [{ candidate: { request, ...Object.fromEntries(members) }, verdict: expect?.verdict }];
    }),
  );
}
