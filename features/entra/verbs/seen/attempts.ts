import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Step } from "../../../../engine/sign-up/sign-up";
import type { LoggedSignIn, LoggedStage } from "../../client/audit-logs";

/** One person's sign-up as Entra's log has it. */
export interface LoggedAttempt {
  readonly correlationId: string;
  /** The application's name, or its id. */
  readonly application: string;
  readonly appId: string;
  /** The time of its last entry: ISO 8601. */
  readonly at: string;
  readonly created: boolean;
  /** True if the person's attributes were accepted, about which Entra asks the gate first. */
  readonly attributesTaken: boolean;
  readonly calls: readonly LoggedCall[];
  /** The provider of fraud protection that did not let the person pass. */
  readonly heldBy?: string;
}

interface LoggedCall {
  readonly attempts: number;
  /** 0 for none. */
  readonly errorCode: number;
}

/** An attempt's outcome, by both sides' records. */
export type AttemptOutcome =
  | "finished"
  /** The gate let nobody in. */
  | "refused"
  /** The person left: after the gate let them in, or before it was asked. */
  | "abandoned"
  /** An account exists that the gate did not admit. */
  | "past the gate"
  | "never called"
  /** Stopped by the tenant's fraud protection, before the gate. */
  | "held as fraud"
  | "timed out"
  | "call failed"
  /** An extension's address is another event's. */
  | "swapped"
  /** Entra got an answer of which there is no record here. */
  | "no record";

export interface JudgedAttempt extends LoggedAttempt {
  readonly outcome: AttemptOutcome;
  /** Entra's, of the call that failed. */
  readonly errorCode?: number;
  /** The code of the gate's last record. */
  readonly reference?: string;
}

/** A sign-up, or a sign-in whose token lacks what the gate sets. */
export interface SeenCase extends Pick<JudgedAttempt, "correlationId" | "application" | "appId" | "at" | "errorCode"> {
  readonly outcome: AttemptOutcome | "no claims";
}

/** The sign-ins at which Entra's call for claims failed: the token went out without them. */
export function tokensWithoutClaims(signIns: readonly LoggedSignIn[]): readonly SeenCase[] {
  return signIns.flatMap(({ correlationId, appId, appDisplayName, createdDateTime, appliedEventListeners }) => {
    const calls = (appliedEventListeners ?? []).filter(({ eventType }) => eventType === "tokenIssuanceStart");
    const errorCode = calls.map(({ handlerResult }) => handlerResult?.errorCode ?? 0).find((code) => code !== 0);
    if (errorCode === undefined) return [];
    const at = new Date(createdDateTime).toISOString();
    return [{ correlationId, application: appDisplayName ?? appId, appId, at, outcome: "no claims", errorCode }];
  });
}

/** docs/external-tenant.md has the others. */
const TIMED_OUT = 1003005;

export function attemptsIn(stages: readonly LoggedStage[]): readonly LoggedAttempt[] {
  const byId = new Map<string, LoggedStage[]>();
  for (const stage of stages) byId.set(stage.correlationId, [...(byId.get(stage.correlationId) ?? []), stage]);
  return [...byId].map(([correlationId, all]) => buildAttempt(correlationId, all as [LoggedStage, ...LoggedStage[]]));
}

function buildAttempt(correlationId: string, stages: readonly [LoggedStage, ...LoggedStage[]]): LoggedAttempt {
  const [{ appId }] = stages;
  const wentWell = (name: string) => stages.some(({ signUpStage, status }) => signUpStage === name && !status?.errorCode);
  return {
    correlationId,
    appId,
    application: stages.find(({ appDisplayName }) => appDisplayName)?.appDisplayName ?? appId,
    at: new Date(Math.max(...stages.map(({ createdDateTime }) => Date.parse(createdDateTime)))).toISOString(),
    created: wentWell("userCreation"),
    attributesTaken: wentWell("attributeCollectionAndValidation"),
    calls: stages
      .flatMap(({ appliedEventListeners }) => appliedEventListeners ?? [])
      .flatMap(({ handlerResult }) => (handlerResult ? [toLoggedCall(handlerResult)] : [])),
    ...heldIn(stages),
  };
}

/** No document lists the verdicts: any that is not some form of "allow" or "pass" counts. */
function heldIn(stages: readonly LoggedStage[]): Pick<LoggedAttempt, "heldBy"> {
  const details = stages.map(({ fraudProtectionDetails }) => fraudProtectionDetails);
  const holdingDetail = details.find((each) => each?.verdict && !/^(allow|pass)/i.test(each.verdict));
  return holdingDetail ? { heldBy: holdingDetail.providerName ?? "fraud protection" } : {};
}

function toLoggedCall({ numberOfAttempts, errorCode }: { numberOfAttempts?: number | null; errorCode?: number | null }): LoggedCall {
  return { attempts: numberOfAttempts ?? 0, errorCode: errorCode ?? 0 };
}

/** @param records those of the same sign-up @param step the gate's last word before the account */
export function judgedAttempt(attempt: LoggedAttempt, records: readonly DecisionRecord[], step: Step): JudgedAttempt {
  const record = records.filter((each) => each.step === step).reduce<DecisionRecord | undefined>(later, undefined);
  const failedCall = attempt.calls.find(({ errorCode }) => errorCode !== 0);
  const outcome = attempt.created ? outcomeOfAccount(attempt, record) : outcomeWithout(attempt, record, records, failedCall);
  const last = records.reduce<DecisionRecord | undefined>(later, undefined);
  return {
    ...attempt,
    outcome,
    ...(failedCall !== undefined && outcome !== "finished" && { errorCode: failedCall.errorCode }),
    ...(last !== undefined && { reference: last.reference }),
  };
}

function later(one: DecisionRecord | undefined, other: DecisionRecord): DecisionRecord {
  return one === undefined || one.at < other.at ? other : one;
}

function outcomeOfAccount({ at, calls }: LoggedAttempt, record: DecisionRecord | undefined): AttemptOutcome {
  if (record !== undefined) return letIn(record, at) ? "finished" : "past the gate";
  return isAnswered(calls) ? "no record" : "past the gate";
}

/** A repeated call's answer after the account existed did not make it: the earlier answer did. */
function letIn({ at, verdict, earlier }: DecisionRecord, madeBy: string): boolean {
  return verdict === "continue" || (earlier?.verdict === "continue" && Date.parse(at) > Date.parse(madeBy));
}

function outcomeWithout(
  { attributesTaken, calls, heldBy }: LoggedAttempt,
  record: DecisionRecord | undefined,
  records: readonly DecisionRecord[],
  failedCall: LoggedCall | undefined,
): AttemptOutcome {
  if (failedCall?.errorCode === TIMED_OUT) return "timed out";
  if (failedCall !== undefined) return failedCall.attempts === 0 ? "never called" : "call failed";
  if (records.length === 0 && heldBy !== undefined) return "held as fraud";
  if (records.some(({ reasons }) => reasons.includes("request.step"))) return "swapped";
  if (records.some(({ verdict }) => verdict === "block")) return "refused";
  if (record !== undefined || !attributesTaken) return "abandoned";
  return isAnswered(calls) ? "no record" : "never called";
}

function isAnswered(calls: readonly LoggedCall[]): boolean {
  return calls.some(({ attempts, errorCode }) => attempts > 0 && errorCode === 0);
}
