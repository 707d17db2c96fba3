import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { zoneFrom } from "../../console/parts/time";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { approvalStore } from "../../features/approvals/store/approvals";
import { decisionStore } from "../../features/decisions/store/decisions";
import { withRelativePaths } from "../../lib/app-root";
import { foundIn, isShipped, liesInApp, readSources } from "../../lib/policy-folder/policy-files";
import { stepFiles } from "../../lib/policy-folder/policy-folder";
import { PersonError, readSavedPerson, type SavedPerson } from "../../simulator/client/person";
import type { CallingTenant, Journey, StepVisit } from "../../simulator/client/visit";
import { DEFAULT_DATA } from "../data/instance";
import { jsonFlaw } from "../data/json-text";
import { readPolicyDomains } from "../first-policy/chosen";
import { caseSchema, isFileName, writeNew } from "../policies/files";
import { JobError } from "../policies/job-threads";
import { OtherPolicyError, otherPolicy } from "../policies/other-policy";
import type { StartWorld } from "../run/start-pages";
import type { Side } from "./ask";
import { explainVisit, findStory, type Remembered } from "./behind";
import { recordedPerson } from "./case-text";
import { type AskJob, inThread } from "./jobs";
import { type AskedCall, readRecordedCalls } from "./recorded";
import { type WhoBench, whoBench } from "./who-bench";

interface BenchOptions extends Omit<StartWorld, "dynamodb" | "stories"> {
  readonly remembered: Remembered;
}

export type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
export type CaseSaved = Awaited<ReturnType<typeof savedCase>>;
export type Comparison = Awaited<ReturnType<typeof comparePolicies>>;
export type ZonedTimes = ReturnType<typeof clockIn>;
/** Functions that the pages call. None of them rejects. */
export type Bench = ReturnType<typeof localBench>;

interface CaseFile {
  /** The file's name without extension. */
  readonly name: string;
  /** The name of the case in the file. */
  readonly title: string;
}

export function workbench({ dynamodb, stories, ...world }: StartWorld): Bench {
  const { tables } = world.place;
  const decisions = decisionStore(dynamodb, tables.decisions);
  const approvals = approvalStore(dynamodb, tables.approvals);
  return localBench({ ...world, remembered: { stories, decisions, approvals } });
}

const NOTHING_SEEN = { seen: [], answers: [] };

function localBench(options: BenchOptions) {
  const { consoleUrl, remembered, other, folderOf } = options;
  return {
    /** The secret that the pages put into each form that writes or runs files. It proves that a page of this instance made the form. */
    token: randomBytes(24).toString("base64url"),
    /** The default policy to compare with; empty for none. */
    other,
    behind: (visit: StepVisit) => explainVisit(visit, remembered),
    consoleUrl,
    /** Builds the cards each time, because the list may have changed. @param gate undefined for the default one */
    cards: (tenant: CallingTenant, gate: string | undefined) =>
      attempt(async () => {
        const folder = folderOf(gate) as string;
        return await inThread({
          kind: "cards",
          folder,
          gate,
          tenant,
          custom: customAttributesIn(folder),
          domains: readPolicyDomains(folder),
          place: options.place,
        });
      }),
    /** @param zone from the console's cookie, which is not trusted; undefined for this machine's */
    clock: (zone: string | undefined) => clockIn(zone === undefined ? options.timeZone : zoneFrom(zone)),
    policy: (gate: string | undefined) => servedPolicy(folderOf(gate)),
    customAttributes: () => customAttributesIn(folderOf(undefined)),
    people: () => peopleIn(join(folderOf(undefined) ?? "", "people")),
    savePerson: (name: string, person: object) =>
      writeNew(join(folderOf(undefined) ?? "", "people"), name, `${JSON.stringify(person, null, 2)}\n`),
    saveCase: (visit: StepVisit, journey: Pick<Journey, "person" | "flow">, file: CaseFile) => savedCase(visit, journey, file, options),
    compare: (visits: readonly StepVisit[], gate: string | undefined, policyName: string) =>
      attempt(() => comparePolicies(visits, gate, policyName, options)),
    ...offerWhoBench(options),
    async recorded(reference: string) {
      const record = await findDecisionRecord(reference, remembered);
      return record && recordedPerson(record);
    },
  };
}

function clockIn(timeZone: string) {
  return {
    /** The name of the zone, such as Europe/Berlin. An offset would not do, because it changes during the year. */
    zone: timeZone,
    text(moment: Date, language: "en" | "ko"): string {
      const [day, today] = [moment, new Date()].map((each) => each.toLocaleDateString("en-GB", { timeZone }));
      const date = day === today ? {} : ({ day: "numeric", month: "short" } as const);
      const locale = language === "en" ? "en-GB" : language;
      return moment.toLocaleString(locale, { ...date, hour: "2-digit", minute: "2-digit", hour12: false, timeZone }).replace(",", "");
    },
  };
}

/** Empty if `npm start` cannot restart, or if the policy is missing, shipped or outside the app. */
function offerWhoBench({ folderOf, place, restart }: BenchOptions): { readonly who?: WhoBench } {
  const folder = folderOf(undefined);
  if (restart === undefined || folder === undefined || isShipped(folder) || !liesInApp(folder)) return {};
  const assertUsable = async (draft: string) => void (await inThread({ kind: "ask", place, folder: draft, questions: [], check: true }));
  // Replaced policies are not kept in the data folder, because that folder may be removed at the end.
  const replacedFolder = join(DEFAULT_DATA, "replaced-policies");
  return { who: whoBench({ folder: realpathSync(folder), replaced: replacedFolder, restart, assertUsable }) };
}

function servedPolicy(folder: string | undefined) {
  if (folder === undefined) return undefined;
  try {
    const savedTimes = stepFiles(folder).map(({ file }) => statSync(file).mtimeMs);
    return { name: relative(process.cwd(), folder), savedAt: new Date(Math.max(...savedTimes)) };
  } catch {
    return undefined;
  }
}

async function findDecisionRecord(reference: string, { decisions }: Remembered): Promise<DecisionRecord | undefined> {
  return (await decisions.byReference(reference).catch(() => []))[0];
}

/** If the call is no longer remembered, the result has the current time and no recorded rows. Then the rows are read again. */
function buildAskedCall(visit: StepVisit, gate: string | undefined, { remembered, place }: BenchOptions): AskedCall {
  const story = findStory(visit, remembered);
  const now = story === undefined ? new Date() : new Date(story.at.getTime() - story.gatewayMs);
  const recording = story === undefined ? NOTHING_SEEN : readRecordedCalls(story.inside.calls, place.tables);
  return { step: visit.step, gate, now: now.toISOString(), body: visit.request, ...recording };
}

async function savedCase(
  visit: StepVisit,
  { person, flow: { gate } }: Pick<Journey, "person" | "flow">,
  { name, title }: CaseFile,
  options: BenchOptions,
) {
  const { folderOf, place, trouble, remembered } = options;
  const refuse = <const Why extends string>(why: Why, detail: string) => ({ ok: false, why, detail }) as const;
  if (!isFileName(name)) return refuse("name", name);
  const problem = trouble();
  if (problem !== undefined) return refuse("cannot", problem);
  const story = findStory(visit, remembered);
  const answer = story && (await findDecisionRecord(story.reference, remembered));
  const folder = folderOf(gate);
  if (answer === undefined || folder === undefined) return refuse("forgotten", "");
  const cases = join(folder, "cases");
  const file = join(cases, `${name}.json`);
  if (existsSync(file)) return refuse("exists", relative(process.cwd(), file));
  try {
    const caseFields = { question: buildAskedCall(visit, gate, options), collects: person.collects, answer };
    const caseText = await inThread({ kind: "case", folder, place, title, schema: caseSchema(cases), ...caseFields });
    return caseText.ok ? writeNew(cases, name, caseText.text) : caseText;
  } catch (error) {
    return refuse("cannot", describeError(error));
  }
}

async function comparePolicies(visits: readonly StepVisit[], gate: string | undefined, policyName: string, options: BenchOptions) {
  const servedFolder = options.folderOf(gate) as string;
  const other = await otherPolicy(policyName, servedFolder);
  const questions = visits.map((visit) => buildAskedCall(visit, gate, options));
  const [own, others] = await Promise.all([
    askSides({ folder: servedFolder, questions, check: false }, options, options.trouble()),
    askSides({ folder: other.folder, questions, check: true }, options),
  ]);
  return {
    names: [relative(process.cwd(), servedFolder), other.name] as const,
    steps: visits.map((visit, index) => ({ visit, sides: [own[index] as Side, others[index] as Side] as const })),
  };
}

async function askSides(
  job: Pick<AskJob, "folder" | "questions" | "check">,
  { place }: BenchOptions,
  trouble?: string,
): Promise<readonly Side[]> {
  const all = (problem: string) => job.questions.map(() => ({ ok: false as const, problem }));
  if (trouble !== undefined) return all(trouble);
  try {
    return await inThread({ kind: "ask", place, ...job });
  } catch (error) {
    return all(describeError(error));
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: describeError(error) };
  }
}

function describeError(error: unknown): string {
  return [JobError, OtherPolicyError].some((errorClass) => error instanceof errorClass)
    ? (error as Error).message
    : String((error as Error).stack ?? error);
}

export type People = Awaited<ReturnType<typeof peopleIn>>;

/** An invalid file does not affect the others. */
export async function peopleIn(folder: string) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json") && !name.startsWith(".")) : [];
  const read = await Promise.all(names.sort().map((name) => personIn(join(folder, name))));
  return {
    people: read.flatMap((each) => ("flaw" in each ? [] : [each])),
    flaws: read.flatMap((each) => ("flaw" in each ? [each.flaw] : [])),
  };
}

async function personIn(file: string): Promise<(SavedPerson & { readonly name: string }) | { readonly flaw: string }> {
  const shownFile = withRelativePaths(file);
  try {
    const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
    const flaw = await jsonFlaw(text);
    if (flaw !== undefined) return { flaw: `${shownFile}${flaw}` };
    return { name: basename(file, ".json"), ...readSavedPerson(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof PersonError) return { flaw: `${shownFile}: ${error.message}` };
    return { flaw: `${shownFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).` };
  }
}

/** Lists the short names of the custom attributes in the policy's sources. Empty if the folder cannot be read. */
export function customAttributesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  try {
    const sources = stepFiles(folder).flatMap(readSources);
    const attributes = sources.flatMap((source) => foundIn(source, /\b(extension_[A-Za-z][A-Za-z0-9_]*)/g));
    return [...new Set(attributes.map(({ name }) => name))].sort();
  } catch {
    return [];
  }
}
