import { join } from "node:path";
import { findThrownPlace, IN_CODE } from "../../../adapters/report";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { readPolicySteps } from "../../../cli/policy-folders";
import { localTime } from "../../../cli/typed";
import type { VerbHooks } from "../../../cli/verb";
import { blockMessage, catalogueFor } from "../../../engine/messages";
import { ruleText } from "../../../engine/messages/rule-texts";
import { readReference } from "../../../engine/sign-up/call";
import type { StepOptions } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { appRoot } from "../../../lib/app-root";
import type { PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { placeAtSource, sourceMapOfVersion } from "../../../lib/resources/source-map";
import { type AccessListStore, accessListStore } from "../../access-list/store/access-list";
import { hooks } from "../../lists/hooks";
import { reasonText } from "../../reasons";
import { allRuleTexts } from "../../rules";
import { decisionStore } from "../store/decisions";
import { decisionWords, failureText, outcomeText } from "../words";
import { type EntryNow, entryNow, entryNowText, traceLines } from "./rules-said";

const words = decisionWords.en;

interface Explained {
  readonly record: DecisionRecord;
  /**
   * The refusal's text in English. Absent if the person was not refused, or if the record does not determine the text, for example because
   * the rule wrote it.
   */
  readonly text?: string;
  readonly entries: readonly (EntryNow | undefined)[];
  readonly thrown: ThrownAt | undefined;
  /** The commit behind the policy version, if known. */
  readonly commit: string | undefined;
}

/** True for a UUID. If no function could answer, the gateway shows its own page, which contains a UUID as the id. */
export function isGatewayId(word: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(word.trim());
}

export interface Added {
  readonly lines: readonly string[];
  readonly json: object;
}

/** @param more returns additions to a decision */
export async function showDecision(
  word: string,
  options: DeploymentOptions & JsonOption,
  { output }: CommandContext,
  more?: (record: DecisionRecord, deployment: Deployment) => Promise<Added>,
): Promise<void> {
  const reference = codeFrom(word);
  const deployment = await deploymentFor(options);
  const { dynamodb, accessListTable, decisionsTable, policy } = deployment;
  const records = await decisionStore(dynamodb, decisionsTable).byReference(reference);
  if (records.length === 0) throw await noDecision(reference, deployment);
  const store = accessListStore(dynamodb, accessListTable);
  if (records.length > 1 && !options.json) output.print(`${records.length} decisions share this reference.`);
  for (const record of records) {
    const commit = await deployment.commitBehind?.(record.policyVersion);
    // The step in today's policy may have texts of its own.
    const step = readPolicySteps(record.gate, policy)?.find((each) => each.step === record.step);
    const explanation = { ...(await explain(record, store, step)), commit };
    const { text, entries, thrown } = explanation;
    const addition = await more?.(record, deployment);
    const jsonMembers = { text, entries: entries.filter((entry) => entry !== undefined), thrownAt: thrown?.place, commit };
    if (options.json) output.json({ ...record, ...jsonMembers, ...addition?.json });
    else for (const line of [...describeInWords(explanation), ...(addition?.lines ?? [])]) output.print(line);
  }
}

/** Reads a code in any case, with or without the dash. */
function codeFrom(word: string): string {
  if (isGatewayId(word)) {
    throw new CommandError(
      `${word.trim()} is the request id on a page of the gateway's own and leads to no decision: ` +
        'the saved query "one call or last day of one person" of CloudWatch Logs Insights finds the lines that bear it (docs/logs.md).',
    );
  }
  const reference = readReference(word);
  if (reference === undefined) {
    throw new CommandError(
      `"${word}" is not a reference code. One is eight letters and digits, such as K7QD-9MXD, and never holds 0 O, 1 I L, U V, 5 S, 8 B, 2 Z.`,
    );
  }
  return reference;
}

async function noDecision(reference: string, deployment: Deployment): Promise<CommandError> {
  for (const each of hooks as readonly VerbHooks[]) {
    const other = await each.explainCode?.(reference, deployment);
    if (other !== undefined) return new CommandError(other);
  }
  return new CommandError(
    `No decision has the reference ${reference}. Decisions are kept for 90 days, unless the stack's decisionDays is different; ` +
      "one that could not be stored is in the step's log.",
  );
}

async function explain(record: DecisionRecord, store: AccessListStore, step: PolicyStep | undefined): Promise<Omit<Explained, "commit">> {
  const now = new Date();
  const entries = await Promise.all(record.trace.map((word) => entryNow(word, record, store, now)));
  const text = pageText(record, step?.policy.options ?? {});
  return { record, entries, thrown: await thrownAt(record, step), text };
}

function pageText({ verdict, reasons: [reason], reference, trace }: DecisionRecord, options: StepOptions): string | undefined {
  if (verdict !== "block" || reason === undefined) return undefined;
  // True if the page's text named the way in which the person signed up.
  const isSpecific = trace.some(({ evidence }) => evidence?.signedUpWith !== undefined);
  if (isSpecific && options.messages?.[reason] === undefined) return undefined;
  const locales = ["en"];
  const { message } = ruleText(allRuleTexts, reason);
  const isKnown =
    message !== undefined || [catalogueFor(locales).reasons, options.messages ?? {}].some((texts) => Object.hasOwn(texts, reason));
  return isKnown ? blockMessage({ reason, message }, reference, { locales, options }) : undefined;
}

function describeInWords({ record, text, entries, thrown, commit }: Explained): readonly string[] {
  const { verdict, rule, reasons, failure, changed, email, issuers = [] } = record;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["When", `${localTime(record.at)} (${record.at})`],
    [
      "Who",
      email === undefined ? "unknown: the request had no address that could be read" : `${email}, signed in with ${issuers.join(", ")}`,
    ],
    ["Application", record.application],
    ["IP address", record.ipAddress],
    ["Correlation id", record.correlationId],
    ["Gate", record.gate],
    ["Step", record.step],
    ["Outcome", outcomeText(words, record)],
    ["Decided by", rule ?? (verdict === "block" && failure === undefined ? "no rule: the request itself" : undefined)],
    ["Reason", reasons.length === 0 ? undefined : reasonText(words, reasons)],
    ["Failure", failureText(words, record)],
    ["Thrown at", thrown && `${thrown.place} (${thrown.error})${thrown.missing === undefined ? "" : `. ${thrown.missing}`}`],
    [text === undefined ? "The page said" : "The page said (in English)", text ?? unknownText(record)],
    ["Earlier answer", record.earlier && earlierWords(record.earlier)],
    ["To correct", record.asked?.join(", ")],
    ["Changed", changed.length === 0 ? undefined : changed.join(", ")],
    ["Not collected", record.notCollected?.join(", ")],
    ["Took", `${record.durationMs} ms`],
    ["Policy version", record.policyVersion],
    ["Commit", commit],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    `Reference ${record.reference}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(width)}  ${value}`])),
    ...(record.trace.length === 0 ? ["No rule was asked."] : ["What each rule said:"]),
    ...traceLines(
      record.trace,
      entries.map((entry) => entry && entryNowText(entry)),
    ),
  ];
}

/** The person may have seen the page of the earlier decision. */
function earlierWords(earlier: NonNullable<DecisionRecord["earlier"]>): string {
  const { verdict, reasons } = earlier;
  const page = verdict === "continue" ? "" : "; the page with this code showed that";
  return `${[outcomeText(words, earlier), ...new Set(reasons)].join("; ")} (this call was answered differently before${page})`;
}

function unknownText({ verdict }: DecisionRecord): string | undefined {
  if (verdict === "block") return "a text of the rule's own, which is not recorded";
  return verdict === "invalid" ? "what to correct; it may quote what was typed, so it is not recorded" : undefined;
}

const CDK_OUTPUT = "cdk.out";

interface ThrownAt {
  readonly error: string;
  /**
   * The place in the source, for example `policy/before-create-user.ts:5:18`. Without a source map, it is the place in the function's
   * bundled code.
   */
  readonly place: string;
  readonly missing?: string;
}

/** Finds the place in the policy. Without a source map in the CDK's output, builds one if the local policy is the deployed version. */
export async function thrownAt(
  { thrown, policyVersion }: DecisionRecord,
  policyStep: PolicyStep | undefined,
  output = join(appRoot, CDK_OUTPUT),
): Promise<ThrownAt | undefined> {
  const place = thrown && findThrownPlace(thrown);
  if (thrown === undefined || place === undefined) return undefined;
  const { error, at } = thrown;
  if (!IN_CODE.test(place)) return { error, place };
  let map = sourceMapOfVersion(output, policyVersion);
  // The build tools are imported only when they are needed, because they load slowly.
  if (map === undefined && policyStep) map = await (await import("./rebuilt-map")).rebuiltMap(policyStep, policyVersion);
  if (map !== undefined) return { error, place: findThrownPlace({ at: at.map((line) => placeAtSource(map, line)) }) ?? place };
  return {
    error,
    place,
    missing:
      `Its source map is not here. Check out what was deployed as policy version ${policyVersion} and try again, ` +
      `or copy asset.${policyVersion}….map from cdk.out on the machine that deployed it into ${CDK_OUTPUT}.`,
  };
}
