import type { DecisionRecord } from "../../../../engine/sign-up/record";
import type { LoggedStage } from "../../../../features/entra/client/audit-logs";
import { attemptsIn, judgedAttempt } from "../../../../features/entra/verbs/seen/attempts";
import { admitted, record } from "../../../cli/records";

const stage = (signUpStage: string, given: Partial<LoggedStage> = {}): LoggedStage => ({
  correlationId: "one",
  createdDateTime: "2026-11-20T10:00:00Z",
  appId: "portal",
  appDisplayName: "Portal",
  signUpStage,
  status: { errorCode: 0 },
  appliedEventListeners: [],
  ...given,
});
const called = (errorCode: number, numberOfAttempts = 1) => ({
  appliedEventListeners: [{ handlerResult: { errorCode, numberOfAttempts } }],
});

const typed = stage("credentialCollection");
const taken = stage("attributeCollectionAndValidation", called(0));
const made = stage("userCreation");
const start = (given: Partial<DecisionRecord> = {}) => admitted("start", 3, { step: "after-sign-in", ...given });

it.each<{ given: string; stages: readonly LoggedStage[]; records: readonly DecisionRecord[]; outcome: string; errorCode?: number }>([
  { given: "an account of somebody let in", stages: [typed, taken, made], records: [start(), admitted("submit", 2)], outcome: "finished" },
  {
    given: "a form that was corrected first",
    stages: [taken, made],
    records: [record("a", 3, { verdict: "invalid" }), admitted("b", 2)],
    outcome: "finished",
  },
  {
    given: "a call that was lost once, and an account",
    stages: [stage("x", called(1003005)), made],
    records: [admitted("a", 2)],
    outcome: "finished",
  },
  {
    given: "nobody's account, refused as a call of another event",
    stages: [taken],
    records: [record("a", 2, { reasons: ["request.step"] })],
    outcome: "swapped",
  },
  {
    given: "nobody's account, held by the tenant's fraud protection before the gate was asked",
    stages: [typed, stage("credentialValidation", { fraudProtectionDetails: { providerName: "HUMAN", verdict: "block" } })],
    records: [],
    outcome: "held as fraud",
  },
  {
    given: "nobody's account, passed by fraud protection, and the form left",
    stages: [stage("credentialValidation", { fraudProtectionDetails: { providerName: "HUMAN", verdict: "Allowed" } })],
    records: [],
    outcome: "abandoned",
  },
  {
    given: "nobody's account, stopped by the gate after fraud protection had doubts",
    stages: [taken, stage("x", { fraudProtectionDetails: { verdict: "challenge" } })],
    records: [record("a", 2)],
    outcome: "refused",
  },
  { given: "an account of somebody stopped", stages: [taken, made], records: [record("a", 2)], outcome: "past the gate" },
  {
    given: "an account of somebody stopped at last",
    stages: [taken, made],
    records: [admitted("a", 3), record("b", 2)],
    outcome: "past the gate",
  },
  {
    given: "an account of somebody let in, whose call was asked anew after that",
    stages: [taken, made],
    records: [record("a", 2, { at: "2026-11-20T10:00:36Z", earlier: { verdict: "continue", reasons: [] } })],
    outcome: "finished",
  },
  {
    given: "an account of somebody let in at first, and stopped before there was one",
    stages: [taken, made],
    records: [record("a", 2, { at: "2026-11-20T09:59:58Z", earlier: { verdict: "continue", reasons: [] } })],
    outcome: "past the gate",
  },
  { given: "an account of which the gate knows the start alone", stages: [made], records: [start()], outcome: "past the gate" },
  {
    given: "an account that nobody was asked about",
    stages: [typed, stage("attributeCollectionAndValidation"), made],
    records: [],
    outcome: "past the gate",
  },
  { given: "an account that another answered for", stages: [taken, made], records: [], outcome: "no record" },
  {
    given: "no answer in time",
    stages: [stage("attributeCollectionAndValidation", called(1003005, 2))],
    records: [],
    outcome: "timed out",
    errorCode: 1003005,
  },
  {
    given: "an answer that Entra could not read",
    stages: [stage("x", called(1003003))],
    records: [],
    outcome: "call failed",
    errorCode: 1003003,
  },
  {
    given: "a listener without its extension",
    stages: [stage("x", called(1003011, 0))],
    records: [],
    outcome: "never called",
    errorCode: 1003011,
  },
  {
    given: "attributes taken with nobody asked",
    stages: [stage("attributeCollectionAndValidation")],
    records: [],
    outcome: "never called",
  },
  {
    given: "somebody blocked",
    stages: [stage("attributeCollectionAndValidation", { status: { errorCode: 1 } })],
    records: [record("a", 2)],
    outcome: "refused",
  },
  { given: "somebody blocked at the start", stages: [typed], records: [start({ verdict: "block" })], outcome: "refused" },
  { given: "somebody let in who left", stages: [taken], records: [admitted("a", 2)], outcome: "abandoned" },
  { given: "somebody asked to correct who left", stages: [taken], records: [record("a", 2, { verdict: "invalid" })], outcome: "abandoned" },
  { given: "somebody who left before the form was sent", stages: [typed], records: [], outcome: "abandoned" },
  {
    given: "somebody who left, in a log without lists",
    stages: [stage("x", { status: null, appliedEventListeners: null })],
    records: [],
    outcome: "abandoned",
  },
])("classifies $given: $outcome", ({ stages, records, outcome, errorCode }) => {
  const [attempt] = attemptsIn(stages);
  const judged = judgedAttempt(attempt as NonNullable<typeof attempt>, records);
  expect({ outcome: judged.outcome, errorCode: judged.errorCode }).toEqual({ outcome, errorCode });
});

it("merges the stages of one sign-up into one attempt, with the time of the last stage", () => {
  const other = stage("userCreation", { correlationId: "two", appDisplayName: null });
  const found = attemptsIn([stage("userCreation", { createdDateTime: "2026-11-20T10:05:00.5Z", appDisplayName: null }), other, typed]);
  expect(found.map(({ correlationId, application, at, created }) => [correlationId, application, at, created])).toEqual([
    ["one", "Portal", "2026-11-20T10:05:00.500Z", true],
    ["two", "portal", "2026-11-20T10:00:00.000Z", true],
  ]);
});

it("gives an attempt the reference code of the gate's last record", () => {
  const [attempt] = attemptsIn([taken]);
  const records = [admitted("a", 1, { reference: "LAST" }), start({ reference: "FIRST" })];
  expect(judgedAttempt(attempt as NonNullable<typeof attempt>, records).reference).toBe("LAST");
});
