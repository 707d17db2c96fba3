import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { Step } from "../../../../engine/sign-up/sign-up";
import type { LoggedSignIn, LoggedStage } from "../../client/audit-logs";

export interface LoggedAttempt {
  readonly correlationId: string;
  /** The application's name, or its id. */
  readonly application: string;
  readonly appId: string;
  /** Time of the last log entry, ISO 8601. */
  readonly at: string;
  readonly created: boolean;
  /** True if Entra accepted the person's attributes. Entra does so only after calling the gate. */
  readonly attributesTaken: boolean;
  readonly calls: readonly LoggedCall[];
  /** The fraud protection provider that stopped the person. */
  readonly heldBy?: string;
}

interface LoggedCall {
  readonly attempts: number;
  /** 0 if the call succeeded. */
  readonly errorCode: number;
}

export type AttemptOutcome =
  | "finished"
  | "refused"
  /** The person gave up, after the gate let them in or before Entra called the gate. */
  | "abandoned"
  /** An account exists, but the gate did not let the person in. */
  | "past the gate"
  | "never called"
  /** The tenant's fraud protection stopped the person before the gate was called. */
  | "held as fraud"
  | "timed out"
  | "call failed"
  /** An extension calls the address of another event. */
  | "swapped"
  /** Entra got an answer, but the gate has no record of it. */
  | "no record";

export interface JudgedAttempt extends LoggedAttempt {
  readonly outcome: AttemptOutcome;
  /** Entra's error code of the failed call. */
  readonly errorCode?: number;
  /** The reference code of the gate's last record. */
  readonly reference?: string;
}

/** A sign-up, or a sign-in whose token lacks the gate's claims. */
export interface SeenCase extends Pick<JudgedAttempt, "correlationId" | "application" | "appId" | "at" | "errorCode"> {
  readonly outcome: AttemptOutcome | "no claims";
}

/** Finds the sign-ins at which Entra's call for claims failed. Entra issued their tokens without the claims. */
export function tokensWithoutClaims(signIns: readonly LoggedSignIn[]): readonly SeenCase[] {
  return signIns.flatMap(({ correlationId, appId, appDisplayName, createdDateTime, appliedEventListeners }) => {
    const calls = (appliedEventListeners ?? []).filter(({ eventType }) => eventType === "tokenIssuanceStart");
    const errorCode = calls.map(({ handlerResult }) => handlerResult?.errorCode ?? 0).find((code) => code !== 0);
    if (errorCode === undefined) return [];
    const at = new Date(createdDateTime).toISOString();
    return [{ correlationId, application: appDisplayName ?? appId, appId, at, outcome: "no claims", errorCode }];
  });
}

/** Entra's error code. For the others, see docs/external-tenant.md. */
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
      .flatMap(({ handlerResult }) =>
        handlerResult ? [{ attempts: handlerResult.numberOfAttempts ?? 0, errorCode: handlerResult.errorCode ?? 0 }] : [],
      ),
    ...heldIn(stages),
  };
}

/** No document lists the verdicts, so every verdict that does not begin with "allow" or "pass" counts as a stop. */
function heldIn(stages: readonly LoggedStage[]): Pick<LoggedAttempt, "heldBy"> {
  const details = stages.map(({ fraudProtectionDetails }) => fraudProtectionDetails);
  const holdingDetail = details.find((each) => each?.verdict && !/^(allow|pass)/i.test(each.verdict));
  return holdingDetail ? { heldBy: holdingDetail.providerName ?? "fraud protection" } : {};
}

/** @param records of the same sign-up @param findLastStep finds the last step before the account exists at a record's gate */
export function judgedAttempt(
  attempt: LoggedAttempt,
  records: readonly DecisionRecord[],
  findLastStep: (record: DecisionRecord) => Step = () => "before-create-user",
): JudgedAttempt {
  const record = records.filter((each) => each.step === findLastStep(each)).reduce<DecisionRecord | undefined>(later, undefined);
  const failedCall = attempt.calls.find(({ errorCode }) => errorCode !== 0);
  const outcome = attempt.created ? outcomeOfAccount(attempt, record) : outcomeWithout(attempt, record, records, failedCall);
  const last = records.reduce<DecisionRecord | undefined>(later, undefined);
  return {
    ...attempt,
    outcome,
    errorCode: outcome === "finished" ? undefined : failedCall?.errorCode,
    reference: last?.reference,
  };
}

function later(one: DecisionRecord | undefined, other: DecisionRecord): DecisionRecord {
  return one === undefined || one.at < other.at ? other : one;
}

function outcomeOfAccount({ at, calls }: LoggedAttempt, record: DecisionRecord | undefined): AttemptOutcome {
  if (record !== undefined) return letIn(record, at) ? "finished" : "past the gate";
  return isAnswered(calls) ? "no record" : "past the gate";
}

/** If Entra repeated the call after the account existed, it is enough that the gate's earlier answer let the person in. */
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
