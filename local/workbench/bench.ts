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
import type { CallingTenant, Journey } from "../../simulator/client/flow";
import { entraRequest } from "../../simulator/client/request";
import type { StepVisit } from "../../simulator/client/visit";
import { findInThread } from "../counterexamples/find-thread";
import { DEFAULT_DATA } from "../data/instance";
import { domainsOf } from "../first-policy/chosen";
import { JobError } from "../policies/job-threads";
import { caseSchema, isFileName, writeNew } from "../policies/new-file";
import { differsFromHead, OtherPolicyError, otherPolicy } from "../policies/other-policy";
import type { StartWorld } from "../run/start-pages";
import type { Side } from "./ask";
import { behindVisit, type Remembered, storyOf } from "./behind";
import { recordedPerson } from "./case-text";
import { type AskJob, type CaseJob, inThread } from "./jobs";
import { customAttributesIn, peopleIn } from "./policy-files";
import { type AskedCall, recordedOf } from "./recorded";
import { type WhoBench, whoBench } from "./who-bench";

interface BenchOptions extends Omit<StartWorld, "dynamodb" | "stories"> {
  readonly remembered: Remembered;
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
export type CaseSaved = Awaited<ReturnType<typeof savedCase>>;
export type Comparison = Awaited<ReturnType<typeof compared>>;
export type ChangeFound = Awaited<ReturnType<typeof changeFound>>;
export type ZonedTimes = ReturnType<typeof clockIn>;
/** Functions that the pages call. None rejects. */
export type Bench = ReturnType<typeof localBench>;

/** Fields of a replay. */
interface PreviewAsked {
  readonly days: number;
  /** A folder, or `git:` and a name that git knows a version by; empty for the saved policy. */
  readonly policy: string;
  /** Undefined for the default one. */
  readonly gate: string | undefined;
}

interface CaseFile {
  /** Without extension. */
  readonly name: string;
  /** The case's claim. */
  readonly title: string;
}

/** The workbench for the simulator's pages. */
export function workbench({ dynamodb, stories, ...world }: StartWorld): Bench {
  const { tables } = world.place;
  const decisions = decisionStore(dynamodb, tables.decisions);
  const approvals = approvalStore(dynamodb, tables.approvals);
  return localBench({ ...world, remembered: { stories, decisions, approvals, recordsTable: tables.decisions } });
}

/** Replaces unknown rows and answers. */
const NOTHING_SEEN = { seen: [], answers: [] };

/** Functions behind the simulator's pages. */
function localBench(options: BenchOptions) {
  const { consoleUrl, remembered, other, folderOf } = options;
  return {
    /** Proves that a form which writes or runs files came from a page of this instance. */
    token: randomBytes(24).toString("base64url"),
    /** The default policy to compare with; empty for none. */
    other,
    /** Undefined if the call is not remembered. */
    behind: (visit: StepVisit) => behindVisit(visit, remembered),
    consoleUrl,
    /** Computed each time, because the list may have changed. @param gate undefined for the default one */
    cards: (tenant: CallingTenant, gate: string | undefined) =>
      attempt(async () => {
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
    /** A clock of the reader's zone, or of this machine's. @param zone as the console keeps it in a cookie: untrusted */
    clock: (zone: string | undefined) => clockIn(zone === undefined ? options.timeZone : zoneFrom(zone)),
    policy: (gate: string | undefined) => servedPolicy(folderOf(gate)),
    /** Short names of the policy's custom attributes, which a user flow collects. */
    customAttributes: () => customAttributesIn(folderOf(undefined)),
    people: () => peopleIn(join(folderOf(undefined) ?? "", "people")),
    savePerson: (name: string, person: object) =>
      writeNew(join(folderOf(undefined) ?? "", "people"), name, `${JSON.stringify(person, null, 2)}\n`),
    saveCase: (visit: StepVisit, { person, flow }: Pick<Journey, "person" | "flow">, file: CaseFile) =>
      savedCase(options, flow.gate, file, () => visitedCase(visit, person, flow.gate, options)),
    /** The case expects the policy's current answer. */
    saveRecorded: (reference: string, file: CaseFile) => savedCase(options, undefined, file, () => recordedCase(reference, options)),
    compare: (visits: readonly StepVisit[], gate: string | undefined, named: string) =>
      attempt(() => compared(visits, gate, named, options)),
    preview: (asked: PreviewAsked) => attempt(() => previewed(asked, options)),
    /** True if the saved policy is not committed; false if unknown. */
    isChanged: async (gate: string | undefined) => {
      const folder = folderOf(gate);
      return folder !== undefined && (await differsFromHead(folder));
    },
    ...offerWhoBench(options),
    findChanged: (gate: string | undefined) => attempt(() => changeFound(gate, options)),
    /** The person of a recorded decision, as far as the record contains it. */
    async recorded(reference: string) {
      const record = await recordOf(reference, remembered);
      return record && recordedPerson(record);
    },
  };
}

function clockIn(timeZone: string) {
  return {
    /** Europe/Berlin: an offset would be that of one moment alone. */
    zone: timeZone,
    /** With the day, unless that is today. */
    text(moment: Date, language: "en" | "ko"): string {
      const [day, today] = [moment, new Date()].map((each) => each.toLocaleDateString("en-GB", { timeZone }));
      const date = day === today ? {} : ({ day: "numeric", month: "short" } as const);
      const locale = language === "en" ? "en-GB" : language;
      return moment.toLocaleString(locale, { ...date, hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).replace(",", "");
    },
  };
}

/** Only the app's own policy can be written: not a named gate's, and no sample. */
function offerWhoBench({ folderOf, place, restart }: BenchOptions): { readonly who?: WhoBench } {
  const folder = folderOf(undefined);
  if (restart === undefined || folder === undefined || isShipped(folder) || !liesInApp(folder)) return {};
  const assertUsable = async (draft: string) => void (await inThread({ kind: "ask", place, folder: draft, questions: [], check: true }));
  // Not in the data folder, which may be removed at the end.
  const replaced = join(DEFAULT_DATA, "replaced-policies");
  return { who: whoBench({ folder: realpathSync(folder), replaced, restart, assertUsable }) };
}

/** Undefined for a folder that cannot be read. */
function servedPolicy(folder: string | undefined) {
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
  { name, title }: CaseFile,
  find: () => Promise<CaseAsked | undefined>,
) {
  const refuse = <const Why extends string>(why: Why, detail: string) => ({ ok: false, why, detail }) as const;
  if (!isFileName(name)) return refuse("name", name);
  const problem = trouble();
  if (problem !== undefined) return refuse("cannot", problem);
  const asked = await find();
  const folder = folderOf(asked?.question.gate ?? gateAsked);
  if (asked === undefined || folder === undefined) return refuse("forgotten", "");
  const cases = join(folder, "cases");
  const file = join(cases, `${name}.json`);
  if (existsSync(file)) return refuse("exists", relative(process.cwd(), file));
  try {
    const made = await inThread({ kind: "case", folder, place, title, schema: caseSchema(cases), ...asked });
    return made.ok ? writeNew(cases, name, made.text) : made;
  } catch (error) {
    return refuse("cannot", messageOf(error));
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

async function changeFound(gate: string | undefined, { folderOf }: BenchOptions) {
  const folder = folderOf(gate);
  if (folder === undefined) throw new OtherPolicyError(`There is no gate ${gate}.`);
  const today = await otherPolicy("git:HEAD", folder);
  const asked = { folder, against: today.folder, gate, directions: ["admitted", "refused"] as const, limitMs: FIND_MS };
  const { found: people, ...counts } = await findInThread(asked);
  return { ...counts, names: [today.name, relative(process.cwd(), folder)] as const, people };
}

async function attempt<T>(work: () => Promise<T>): Promise<Tried<T>> {
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
