import { join } from "node:path";
import { appRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { policyPath } from "../../lib/policy-folder/policy-path";
import { caseFilesIn, type ReadCaseFile, readCaseFile } from "../cases/case-file";
import { installCaseTime } from "../cases/case-time";
import { rowsInFolder } from "../cases/rows";
import { basesFor, candidateOf } from "./bases";
import { type Direction, directionOf } from "./counterexample";
import { type FoundPerson, foundPerson } from "./found-person";
import { type JudgedPolicy, judgeOf, type Pair, readsSame, type TriedSignUp } from "./judge";
import { movesFor } from "./moves";
import { searchSignUps } from "./search";
import { vocabularyOf } from "./vocabulary";

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
export interface FindResult {
  /** Both policies read the same, and so do their rows: nothing was tried. */
  readonly isSame: boolean;
  /** Sign-ups that both policies were asked about. */
  readonly tried: number;
  readonly ms: number;
  /** Kinds of people that the draft's cases show as intended. */
  readonly accepted: number;
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
  if (readsSame(policies)) return { isSame: true, tried: 0, ms: Math.round(performance.now() - begun), accepted: 0, found: [] };
  const [todays, drafts] = (await Promise.all([against, folder].map(casesOf))) as [readonly ReadCaseFile[], readonly ReadCaseFile[]];
  const judge = judgeOf(policies, { gate, now, listAttributes: knownAttributesIn(appRoot)?.listAttributes });
  const world = { policies, vocabulary: vocabularyOf(policies.map(({ policy }) => policy)), now };
  const seeds = [...drafts, ...todays]
    .flatMap(({ content }) => content.cases.flatMap((each) => candidateOf(each, content) ?? []))
    .slice(0, MOST_SEEDS);
  const accepted: TriedSignUp[] = [];
  for (const { candidate, verdict } of drafts.flatMap(claimsIn)) {
    const judgement = await judge(candidate);
    if (judgement !== undefined && directionOf(judgement) !== undefined && judgement.ends[1].outcome.verdict === verdict)
      accepted.push(candidate);
  }
  const {
    tried,
    found,
    accepted: kinds,
  } = await searchSignUps({
    judge,
    groups: movesFor(world),
    bases: [...basesFor(world), ...seeds],
    directions,
    accepted,
    mayTry: () => performance.now() - begun < limitMs,
  });
  return {
    isSame: false,
    tried,
    ms: Math.round(performance.now() - begun),
    accepted: kinds,
    found: found.map((each) => foundPerson(each, now)),
  };
}

async function judgedPolicy(folder: string): Promise<JudgedPolicy> {
  return { policy: loadPolicyFolder(folder), rows: await rowsInFolder(join(policyPath(folder), "cases")) };
}

async function casesOf(folder: string): Promise<readonly ReadCaseFile[]> {
  return await Promise.all(caseFilesIn(join(policyPath(folder), "cases")).map(readCaseFile));
}

/** Cases of the draft that say how it ends. */
function claimsIn({ content }: ReadCaseFile): readonly { readonly candidate: TriedSignUp; readonly verdict: string }[] {
  return content.cases.flatMap((each) => {
    const candidate = candidateOf(each, content);
    const verdict = each.expect?.verdict;
    return candidate === undefined || verdict === undefined ? [] : [{ candidate, verdict }];
  });
}
