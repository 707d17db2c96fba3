import { readFileSync } from "node:fs";
import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { describedIdentities } from "../../../cli/described-person";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { namedGate } from "../../../cli/gates";
import { policyFolderFor } from "../../../cli/policy-folders";
import { type PolicyStatus, policyStatus } from "../../../cli/policy-status";
import { emailFrom, localTime } from "../../../cli/typed";
import { isGuestName } from "../../../engine/directory-account";
import { keepGiven } from "../../../engine/json";
import type { MailLine } from "../../../engine/mail/mail-line";
import { replyFor } from "../../../engine/messages/index";
import { apiConnector } from "../../../engine/protocols/api-connector";
import { addGate } from "../../../engine/protocols/body";
import type { Decision } from "../../../engine/sign-up/decision";
import { carriedBy, refusal } from "../../../engine/sign-up/failure";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { getProvider, listIssuers, normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { Policy } from "../../../engine/sign-up/policy";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { listReasons, toOutcomeKind } from "../../../engine/sign-up/recording";
import type { Step } from "../../../engine/sign-up/sign-up";
import { appRoot } from "../../../lib/app-root";
import { knownAttributesIn } from "../../../lib/attributes-file";
import { failurePlace } from "../../../lib/load-typescript";
import { loadPolicyFolder, type PolicyStep } from "../../../lib/policy-folder/policy-folder";
import { jsonFlaw } from "../../../local/data/json-text";
import { summary } from "../../access-list/describe-entry";
import { accessListStore } from "../../access-list/store/access-list";
import { warnOfIssuer } from "../../access-list/verbs/list-file";
import type { AccountStanding } from "../../accounts/account";
import { describeLine, toMailsField } from "../../approvals/verbs/list";
import { decidingWord, findRemedy } from "../../decisions/remedies";
import { entryNow, traceLines } from "../../decisions/verbs/rules-said";
import { decisionWords, outcomeText } from "../../decisions/words";
import { chooseDialect } from "../../external-tenant/extension";
import { reasonText } from "../../reasons";
import { accountLines, groupTries, keepsOut, type NotCounted, notCountedText, type PersonRecords, tryNow, type Visitor } from "../next-try";
import { buildRuleResults, dryRun } from "./dry-run";
import { findGateNow, readPerson } from "./read-person";

export interface WhyOptions extends DeploymentOptions, JsonOption, Omit<RequestParts, "email" | "known"> {
  /** @default every step of the policy */
  readonly step?: Step;
  readonly policy?: string;
  readonly call?: boolean;
}

/** Prints the steps' current decisions about an address. Writes no rows. */
export async function explainAddress(email: string, options: WhyOptions, session: CommandContext): Promise<void> {
  const address = emailFrom(email);
  warnOfIssuer(options.issuer, session.output);
  const deployment = await deploymentFor(options);
  const parts = ["decisions", "requests", "account", "incidents", "mails"] as const;
  const { records, account, mails } = await readPerson(address, deployment, { output: session.output, now: new Date(), parts });
  const gate = options.gate ?? findGateNow(records, deployment);
  const at: WhyOptions = { ...options, gate };
  const word = isGuestName(email) ? address : email;
  const { ways, steps, status } = await explainedNow({ ...options, email: word }, at, deployment, records);
  const explained = ways.flatMap((way) => way.explained);
  const [newest] = records.recent;

  if (options.json) printJson(ways, { newest, status, account, mails, word }, session.output);
  else {
    for (const line of ways.flatMap((way, index) => wayLines(way, index === 0 ? { status, account } : {}, { word, gate })))
      session.output.print(line);
    for (const line of mails) session.output.print(describeLine(line));
    for (const line of wayIn(address, explained, options)) session.output.print(line);
    if (newest !== undefined) session.output.print(newestLine(newest));
  }
  const failure = explained.find(({ decision }) => decision.failure !== undefined);
  if (failure !== undefined) throw createDecisionError(failure.decision, steps);
  // Somebody whom one way of signing in lets in can choose it.
  const denies = ways.every((way) => way.explained.some(({ decision }) => decision.answer.kind !== "continue"));
  session.exitCode = denies || keepsOut(account) ? exitCodes.denied : exitCodes.done;
}

interface PrintedFacts {
  readonly newest: DecisionRecord | undefined;
  readonly status: PolicyStatus;
  readonly account: AccountStanding | undefined;
  readonly mails: readonly MailLine[];
  readonly word: string;
}

function printJson(
  ways: readonly ExplainedWay[],
  { newest, status, account, mails, word }: PrintedFacts,
  output: CommandContext["output"],
): void {
  for (const { issuers, explained, notCounted } of ways)
    for (const { email, step, decision, trace, entries, writes, wire } of explained) {
      const { here, deployed } = status.steps.find((each) => each.step === step) ?? {};
      output.json({
        ...{ email: email ?? word, issuers, step, verdict: decision.answer.kind, rule: decision.decidedBy },
        reasons: listReasons(decision.answer),
        trace,
        entries: entries.flatMap((entry) => entry?.row ?? []),
        wouldWriteTo: writes,
        answer: { status: wire.status, body: JSON.parse(wire.body) as unknown },
        notCounted: notCounted.length > 0 ? notCounted : undefined,
        account,
        policy: { is: status.steps.length > 0 && here === deployed ? "deployed" : status.is, here, deployed },
      });
    }
  if (mails.length > 0) output.json(toMailsField(mails));
  if (newest !== undefined) output.json({ newestDecision: newest });
}

interface AskedPerson {
  readonly word: string;
  readonly gate: string;
}

function wayLines(
  { explained, signedInWith, notCounted }: ExplainedWay,
  { status, account }: Partial<Pick<PrintedFacts, "status" | "account">>,
  { word, gate }: AskedPerson,
): readonly string[] {
  const email = explained[0]?.email;
  const person = email === undefined ? word : `${email}, signed in with ${signedInWith}`;
  return [
    `${person}${gate === DEFAULT_GATE ? "" : `, at the gate ${gate}`}`,
    ...(status === undefined ? [] : statusLines(status)),
    ...accountLines(account),
    ...notCounted.map((each) => `Does not count: ${notCountedText(each, "en")}.`),
    ...explained.flatMap(explainLines),
  ];
}

/** Returns the lines that say how to let a refused person in. Empty if no remedy is known, for example if the policy's own rule refused. */
function wayIn(address: string, explanations: readonly Explained[], options: WhyOptions): readonly string[] {
  const refusals = explanations.filter(({ decision: { failure } }) => failure === undefined);
  const reasons = refusals.flatMap(({ decision: { answer } }) => listReasons(answer));
  const remedies = new Set(
    refusals.flatMap(({ decision: { answer, decidedBy: rule, trace } }) =>
      listReasons(answer).flatMap((reason) => findRemedy(reason, decidingWord({ rule, trace }), "en") ?? []),
    ),
  );
  if (remedies.size === 0) return [];
  const command = reasons.includes("access-list.unlisted") ? [`npm run gate -- list allow ${address}${placeFlags(options)}`] : [];
  return ["How to let them in:", ...[...remedies, ...command].map((line) => `  ${line}`)];
}

/** Ways of signing in for which the same holds. */
interface ExplainedWay {
  readonly issuers: readonly string[];
  /** "mail or google.com". */
  readonly signedInWith: string;
  readonly explained: readonly Explained[];
  readonly notCounted: readonly NotCounted[];
}

/** Explains each way of signing in: as the options or the file say, else as `tryNow` finds them. */
export async function explainedNow(
  parts: RequestParts,
  options: WhyOptions,
  deployment: Deployment,
  records: PersonRecords,
): Promise<{ readonly ways: readonly ExplainedWay[]; readonly steps: readonly PolicyStep[]; readonly status: PolicyStatus }> {
  const { body, isComplete } = await requestBody({ ...parts, id: parts.id ?? findAccountAskedWith(parts, records) });
  const folder = policyFolderFor(options, deployment.policy);
  const steps = loadPolicySteps(folder, options.step);
  const email = emailFrom(parts.email);
  const tries = await tryNow<Explained>({
    email,
    gate: namedGate(options),
    records,
    policies: steps.map(({ policy }) => policy),
    hashes: await deployment.hashes(),
    now: new Date(),
    ways: isComplete ? [describedVisitor(email, body, options)] : undefined,
    decide: (policy, visitor) => explainStep(policy, isComplete ? body : withIdentities(body, visitor), visitor, deployment, options),
  });
  const ways = groupTries(tries, ({ steps: explained }) =>
    explained.map(({ trace, entries, writes, wire }) => [trace, entries, writes, wire]),
  );
  return {
    ways: ways.map((alike) => ({
      issuers: [...new Set(alike.flatMap(({ issuers }) => issuers))],
      signedInWith: alike.map(({ issuers }) => issuers.join(", ")).join(" or "),
      explained: alike[0]?.steps ?? [],
      notCounted: alike[0]?.notCounted ?? [],
    })),
    steps,
    status: policyStatus(steps, { folder, ...options }, deployment),
  };
}

/** Returns the id of the account with which the person asked an approver, because the request belongs to that account. */
function findAccountAskedWith({ issuer }: RequestParts, { requests }: PersonRecords): string | undefined {
  if (issuer === undefined) return undefined;
  return requests.flatMap(({ identities }) => identities).find((each) => getProvider(each) === normaliseIssuer(issuer))?.issuerAssignedId;
}

function describedVisitor(email: string, body: string, options: WhyOptions): Visitor {
  const parseResult = addGate(apiConnector.parse({ contentType: "application/json", body }, "before-create-user"), namedGate(options));
  return parseResult.ok ? parseResult.received : { email, identities: [], attributes: {}, locales: [], source: "b2b" };
}

function withIdentities(body: string, { identities, attributes }: Visitor): string {
  return JSON.stringify({
    ...attributes,
    ...JSON.parse(body),
    identities: identities.map((each) => ({ signInType: "federated", ...each })),
  });
}

function newestLine(newest: DecisionRecord): string {
  const { reference, at, email, step, reasons } = newest;
  const why = reasons.length === 0 ? "" : `: ${reasonText(decisionWords.en, reasons)}`;
  return `Newest decision: ${reference}, ${localTime(at)}, ${email}, ${step}: ${outcomeText(decisionWords.en, newest)}${why}`;
}

function loadPolicySteps(folder: string, step: Step | undefined): readonly PolicyStep[] {
  const all = loadPolicyFolder(folder);
  const policySteps = step === undefined ? all : all.filter((each) => each.step === step);
  if (policySteps.length === 0) throw new CommandError(`The policy folder ${folder} has no ${step}.ts: Entra would get no answer there.`);
  return policySteps;
}

async function explainStep(
  policy: Policy,
  body: string,
  { emailTyped, source, application, ipAddress }: Visitor,
  deployment: Deployment,
  options: WhyOptions,
) {
  const { step } = policy;
  const call = options.call === true;
  const now = new Date();
  const wireRequest = { contentType: "application/json", body };
  const parseResult = addGate(apiConnector.parse(wireRequest, step, knownAttributesIn(appRoot)?.listAttributes), namedGate(options));
  // The body has the form of a workforce tenant's call, which names neither.
  const sent = keepGiven({ application, ipAddress, ...(source !== "b2b" && { source }) });
  const { decision: dryDecision, writes } = parseResult.ok
    ? await dryRun(policy, { ...parseResult.received, ...(emailTyped && { emailTyped }), ...sent }, deployment, now, call)
    : { decision: refusal(parseResult.reason, step), writes: [] };
  const { carried: decision } = carriedBy(apiConnector, parseResult, dryDecision);
  if (decision.failure?.why === "read") throw decision.failure.error;

  const trace = buildRuleResults(policy, decision, call);
  const store = accessListStore(deployment.dynamodb, deployment.accessListTable);
  const issuers = parseResult.ok ? listIssuers(parseResult.received) : [];
  const entries = await Promise.all(trace.map((word) => entryNow(word, { issuers, ...options }, store, now)));
  const voice = { locales: parseResult.ok ? parseResult.received.locales : parseResult.locales, options: policy.options };
  const wire = apiConnector.render(replyFor(decision.answer, NO_REFERENCE, voice), step);
  const email = parseResult.ok ? parseResult.received.email : undefined;
  return { email, issuers, step, decision, trace, entries, writes, wire };
}

export function statusLines({ is, differences }: PolicyStatus): readonly string[] {
  if (is !== "different") return differences;
  return ["This explains your policy, not the one that decides:", ...differences.map((line) => `  ${line}`)];
}

function createDecisionError({ failure, decidedBy }: Decision, steps: readonly PolicyStep[]): CommandError {
  const { error } = failure ?? {};
  const what = decidedBy === undefined ? "The decision" : `The rule ${decidedBy}`;
  const place = failurePlace(steps, error);
  const at = place === undefined ? "" : `\nIt failed at ${place}.`;
  return new CommandError(`${what} failed: ${error instanceof Error ? error.message : String(error)}.${at}`, undefined, { cause: error });
}

/** Printed in place of a page's reference code. A real code would lead to no record, or to an earlier record of the same call. */
const NO_REFERENCE = "<reference>";

export type Explained = Awaited<ReturnType<typeof explainStep>>;

/** Returns "before-create-user: would be refused by access-list: access-list.denied (the list denies)". */
export function verdictLine({ step, decision, trace }: Explained): string {
  const { answer, decidedBy } = decision;
  const reasons = listReasons(answer);
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  const why = reasons.length === 0 ? "" : `: ${reasonText(decisionWords.en, reasons)}`;
  const unaskedRules = trace.filter(({ said, shadow }) => said === "not asked" && shadow !== true).map(({ rule }) => rule);
  const provisoText =
    answer.kind === "continue" && unaskedRules.length > 0 ? `, provided that ${unaskedRules.join(" and ")} would pass` : "";
  return `${step}: would ${outcomeWords(step, answer.kind, reasons)}${by}${why}${provisoText}`;
}

/** Returns the words after "would". A person who fills in the form next, or waits for an approver, is not let in yet. */
function outcomeWords(step: Step, verdict: DecisionRecord["verdict"], reasons: readonly string[]): string {
  if (toOutcomeKind({ verdict, reasons }) === "waiting") return "wait for approval";
  return verdict === "continue" && step === "after-sign-in" ? "go on to the form" : `be ${decisionWords.en.verdicts[verdict]}`;
}

function explainLines(explanation: Explained): readonly string[] {
  const { decision, trace, entries, writes, wire } = explanation;
  const { answer } = decision;
  return [
    verdictLine(explanation),
    ...traceLines(
      trace,
      entries.map((entry) => entry?.row && `${entry.row.entry}: ${summary(entry.row)}`),
    ),
    ...(writes.length === 0 ? [] : [`It would write to: ${writes.join(", ")}.`]),
    `Nothing was written. Entra would get this${answer.kind === "continue" ? "" : `, with a reference code for ${NO_REFERENCE}`}:`,
    `  ${wire.status} ${wire.body}`,
  ];
}

/** A sign-up as described at the terminal. */
export interface RequestParts {
  readonly email: string;
  /** Attributes that are already known. */
  readonly known?: object;
  readonly issuer?: string;
  /** The account's id at the issuer. */
  readonly id?: string;
  /** A JSON file: attributes, or a whole request as Entra sends it. */
  readonly attributes?: string;
  readonly locales?: string;
}

/**
 * Returns the body that Entra would send. Options of the command replace members of the file.
 * @returns isComplete is true if the options or the file say how the person signs in
 */
async function requestBody({ email, known, issuer, id, attributes, locales }: RequestParts) {
  const given: Readonly<Record<string, unknown>> = attributes === undefined ? {} : { ...(await objectIn(attributes)) };
  const body = JSON.stringify({
    ...known,
    ...given,
    email,
    ...(issuer !== undefined && { identities: describedIdentities({ email, issuer, id }) }),
    ...(locales !== undefined && { ui_locales: locales }),
  });
  return { body, isComplete: issuer !== undefined || given.identities !== undefined };
}

async function objectIn(file: string): Promise<object> {
  const text = readTextFile(file);
  const flaw = await jsonFlaw(text);
  if (flaw !== undefined) throw new CommandError(`${file}${flaw}`);
  const value: unknown = JSON.parse(text);
  if (chooseDialect(value) !== apiConnector) {
    throw new CommandError(
      `${file} holds an external tenant's call: write its attributes alone, {"displayName": "Kim"}, and --issuer and --id.`,
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new CommandError(`${file} holds no JSON object: write {"displayName": "Kim"}, or a whole request as Entra sends it.`);
}

function readTextFile(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}.`, undefined, { cause: error });
  }
}
