import { randomBytes } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { zoneFrom } from "../../console/parts/time";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { approvalStore } from "../../features/approvals/store/approvals";
import { decisionStore } from "../../features/decisions/store/decisions";
import { stepFiles } from "../../lib/policy-folder/policy-folder";
import { isShipped, liesInApp } from "../../lib/policy-folder/policy-path";
import { entraRequest } from "../../simulator/client/request";
import type { StepVisit } from "../../simulator/client/visit";
import type { Bench, CaseSaved, ChangeFound, PreviewAsked, Side, Tried, ZonedTimes } from "../../simulator/pages/bench";
import { findInThread } from "../counterexamples/find-thread";
import { DEFAULT_DATA } from "../data/instance";
import { domainsOf } from "../first-policy/chosen";
import { JobError } from "../policies/job-threads";
import { caseSchema, isFileName, writeNew } from "../policies/new-file";
import { differsFromHead, OtherPolicyError, otherPolicy } from "../policies/other-policy";
import type { StartWorld } from "../run/start-pages";
import { behindVisit, type Remembered, storyOf } from "./behind";
import { recordedPerson } from "./case-text";
import { type AskedCall, type AskJob, type CaseJob, inThread } from "./jobs";
import { customAttributesIn, peopleIn } from "./policy-files";
import { recordedOf } from "./recorded";
import { whoBench } from "./who-bench";

interface BenchOptions extends Omit<StartWorld, "dynamodb" | "stories"> {
  readonly remembered: Remembered;
}

/** The workbench for the simulator's pages. */
export function workbenchParts({ dynamodb, stories, ...world }: StartWorld): { readonly bench: Bench } {
  const { tables } = world.place;
  const decisions = decisionStore(dynamodb, tables.decisions);
  const approvals = approvalStore(dynamodb, tables.approvals);
  return { bench: localBench({ ...world, remembered: { stories, decisions, approvals, recordsTable: tables.decisions } }) };
}

/** Replaces unknown rows and answers. */
const NOTHING_SEEN = { seen: [], answers: [] };

/** Functions behind the simulator's pages. */
function localBench(options: BenchOptions): Bench {
  const { consoleUrl, remembered, other, folderOf } = options;
  return {
    token: randomBytes(24).toString("base64url"),
    other,
    behind: (visit) => behindVisit(visit, remembered),
    consoleUrl,
    cards: (tenant, gate) =>
      tried(async () => {
        const folder = folderOf(gate) as string;
        return await inThread({
          kind: "cards",
          folder,
          gate,
          tenant,
          custom: customAttributesIn(folder),
          domains: domainsOf(folder),
          place: options.place,
        });
      }),
    clock: (zone) => clockIn(zone === undefined ? options.timeZone : zoneFrom(zone)),
    policy: (gate) => servedPolicy(folderOf(gate)),
    customAttributes: () => customAttributesIn(folderOf(undefined)),
    people: () => peopleIn(join(folderOf(undefined) ?? "", "people")),
    savePerson: (name, person) => writeNew(join(folderOf(undefined) ?? "", "people"), name, `${JSON.stringify(person, null, 2)}\n`),
    saveCase: (visit, { person, flow }, file) => savedCase(options, flow.gate, file, () => visitedCase(visit, person, flow.gate, options)),
    saveRecorded: (reference, file) => savedCase(options, undefined, file, () => recordedCase(reference, options)),
    compare: (visits, gate, named) => tried(() => compared(visits, gate, named, options)),
    preview: (asked) => tried(() => previewed(asked, options)),
    isChanged: async (gate) => {
      const folder = folderOf(gate);
      return folder !== undefined && (await differsFromHead(folder));
    },
    ...whoOf(options),
    findChanged: (gate) => tried(() => changeFound(gate, options)),
    async recorded(reference) {
      const record = await recordOf(reference, remembered);
      return record && recordedPerson(record);
    },
  };
}

function clockIn(timeZone: string): ZonedTimes {
  return {
    zone: timeZone,
    text(moment, language) {
      const [day, today] = [moment, new Date()].map((each) => each.toLocaleDateString("en-GB", { timeZone }));
      const date = day === today ? {} : ({ day: "numeric", month: "short" } as const);
      const locale = language === "en" ? "en-GB" : language;
      return moment.toLocaleString(locale, { ...date, hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).replace(",", "");
    },
  };
}

/** Only the app's own policy can be written: not a named gate's, and no sample. */
function whoOf({ folderOf, place, restart }: BenchOptions): Pick<Bench, "who"> {
  const folder = folderOf(undefined);
  if (restart === undefined || folder === undefined || isShipped(folder) || !liesInApp(folder)) return {};
  const assertUsable = async (draft: string) => void (await inThread({ kind: "ask", place, folder: draft, questions: [], check: true }));
  // Not in the data folder, which may be removed at the end.
  const replaced = join(DEFAULT_DATA, "replaced-policies");
  return { who: whoBench({ folder: realpathSync(folder), replaced, restart, assertUsable }) };
}

/** Undefined for a folder that cannot be read. */
function servedPolicy(folder: string | undefined): ReturnType<Bench["policy"]> {
  if (folder === undefined) return undefined;
  try {
    const saved = stepFiles(folder).map(({ file }) => statSync(file).mtimeMs);
    return { name: relative(process.cwd(), folder), savedAt: new Date(Math.max(...saved)) };
  } catch {
    return undefined;
  }
}

async function recordOf(reference: string, { decisions }: Remembered): Promise<DecisionRecord | undefined> {
  return (await decisions.byReference(reference).catch(() => []))[0];
}

/** A call as it was made. Facts that are no longer known have their current values. */
function questionOf(visit: StepVisit, gate: string | undefined, { remembered, place }: BenchOptions): AskedCall {
  const story = storyOf(visit, remembered);
  const now = story === undefined ? new Date() : new Date(story.at.getTime() - story.gatewayMs);
  const recorded = story === undefined ? NOTHING_SEEN : recordedOf(story.inside.calls, place.tables);
  return { step: visit.step, gate, now: now.toISOString(), body: visit.request, ...recorded };
}

type CaseAsked = Pick<CaseJob, "question" | "collects" | "answer">;

async function visitedCase(
  visit: StepVisit,
  { collects }: Pick<CaseAsked, "collects">,
  gate: string | undefined,
  options: BenchOptions,
): Promise<CaseAsked | undefined> {
  const story = storyOf(visit, options.remembered);
  const answer = story && (await recordOf(story.reference, options.remembered));
  return answer && { question: questionOf(visit, gate, options), collects, answer };
}

async function recordedCase(reference: string, { remembered, tenantId }: BenchOptions): Promise<CaseAsked | undefined> {
  const record = await recordOf(reference, remembered);
  const found = record && recordedPerson(record);
  if (record === undefined || found === undefined) return undefined;
  const { tenant, gate } = found;
  // A case can name any provider, even one that the simulator does not offer.
  const issuer = (record.issuers?.[0] ?? found.person.issuer) as typeof found.person.issuer;
  const person = { ...found.person, issuer, collects: [] };
  const flow = { tenant: tenant === "external-tenant" ? { kind: tenant, id: tenantId } : { kind: tenant } };
  const body = entraRequest(record.step, { person, flow, id: record.correlationId ?? record.id }, {});
  return { question: { step: record.step, gate, now: new Date().toISOString(), body, ...NOTHING_SEEN }, collects: [] };
}

async function savedCase(
  { folderOf, place, trouble }: BenchOptions,
  gateAsked: string | undefined,
  { name, title }: { readonly name: string; readonly title: string },
  find: () => Promise<CaseAsked | undefined>,
): Promise<CaseSaved> {
  if (!isFileName(name)) return { ok: false, why: "name", detail: name };
  const problem = trouble();
  if (problem !== undefined) return { ok: false, why: "cannot", detail: problem };
  const asked = await find();
  const folder = folderOf(asked?.question.gate ?? gateAsked);
  if (asked === undefined || folder === undefined) return { ok: false, why: "forgotten", detail: "" };
  const cases = join(folder, "cases");
  if (existsSync(join(cases, `${name}.json`)))
    return { ok: false, why: "exists", detail: relative(process.cwd(), join(cases, `${name}.json`)) };
  try {
    const made = await inThread({ kind: "case", folder, place, title, schema: caseSchema(cases), ...asked });
    return made.ok ? writeNew(cases, name, made.text) : made;
  } catch (error) {
    return { ok: false, why: "cannot", detail: messageOf(error) };
  }
}

/** The same calls under the served policy and another one. */
async function compared(visits: readonly StepVisit[], gate: string | undefined, named: string, options: BenchOptions) {
  const served = options.folderOf(gate) as string;
  const found = await otherPolicy(named, served);
  const questions = visits.map((visit) => questionOf(visit, gate, options));
  const [own, others] = await Promise.all([
    sidesOf({ folder: served, questions, check: false }, options, options.trouble()),
    sidesOf({ folder: found.folder, questions, check: isUnchecked(found.folder) }, options),
  ]);
  return {
    names: [relative(process.cwd(), served), found.name] as const,
    steps: visits.map((visit, index) => ({ visit, sides: [own[index] as Side, others[index] as Side] as const })),
  };
}

async function sidesOf(
  job: Pick<AskJob, "folder" | "questions" | "check">,
  { place }: BenchOptions,
  trouble?: string,
): Promise<readonly Side[]> {
  const all = (problem: string) => job.questions.map(() => ({ ok: false as const, problem }));
  if (trouble !== undefined) return all(trouble);
  try {
    const sides = await inThread({ kind: "ask", place, ...job });
    if (job.check) checked.add(stampOf(job.folder));
    return sides;
  } catch (error) {
    return all(messageOf(error));
  }
}

/** Policies whose types passed the check, in the state that was saved then. */
const checked = new Set<string>();

function isUnchecked(folder: string): boolean {
  try {
    return !checked.has(stampOf(folder));
  } catch {
    return true;
  }
}

function stampOf(folder: string): string {
  return JSON.stringify(stepFiles(folder).map(({ file }) => [file, statSync(file).mtimeMs]));
}

async function previewed({ days, policy, gate }: PreviewAsked, { folderOf, place }: BenchOptions) {
  const served = folderOf(gate);
  if (served === undefined) throw new OtherPolicyError(`There is no gate ${gate}.`);
  const folder = policy === "" ? served : (await otherPolicy(policy, served)).folder;
  const from = new Date(Date.now() - days * MS_PER_DAY).toISOString();
  return await inThread({ kind: "preview", folder, gate, from, place });
}

/** The longest acceptable wait for a page. */
const FIND_MS = 10_000;

async function changeFound(gate: string | undefined, { folderOf }: BenchOptions): Promise<ChangeFound> {
  const folder = folderOf(gate);
  if (folder === undefined) throw new OtherPolicyError(`There is no gate ${gate}.`);
  const today = await otherPolicy("git:HEAD", folder);
  const asked = { folder, against: today.folder, gate, directions: ["admitted", "refused"] as const, limitMs: FIND_MS };
  const { found: people, ...counts } = await findInThread(asked);
  return { ...counts, names: [today.name, relative(process.cwd(), folder)], people };
}

async function tried<T>(work: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return [JobError, OtherPolicyError].some((known) => error instanceof known)
    ? (error as Error).message
    : String((error as Error).stack ?? error);
}
