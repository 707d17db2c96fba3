import type { LoggedStage } from "../../../features/entra/client/audit-logs";
import { attemptsIn, judgedAttempt } from "../../../features/entra/verbs/seen/attempts";
import type { SignUpResult } from "../../../simulator/client/sign-up";
import { buildSignUpLog } from "../../../simulator/client/sign-up-log";
import type { StepVisit } from "../../../simulator/client/visit";
import { admitted, record } from "../../cli/records";

const now = new Date("2026-11-20T10:00:00Z");
const request = {
  data: {
    customAuthenticationExtensionId: "extension",
    authenticationContext: { correlationId: "one", clientServicePrincipal: { appId: "app", appDisplayName: "Portal" } },
  },
};
const answered = (status: number, unreadable?: "not UTF-8") => [
  { durationMs: 5, answer: { status, body: "", ...(unreadable && { unreadable }) } },
];
const visit = (page: StepVisit["page"], attempts: StepVisit["attempts"] = answered(200)): StepVisit => {
  return { tenant: "external-tenant", step: "before-create-user", url: "", request, attempts, page, breaches: [] };
};
const error = { kind: "error" } as const;
const late = [{ durationMs: 2_000, failure: "timeout" }];

it.each<{ given: string; outcome: SignUpResult["outcome"]; visits: StepVisit[]; kept: boolean; is: string; errorCode?: number }>([
  { given: "an account", outcome: "created", visits: [visit({ kind: "continue", claims: {} })], kept: true, is: "finished" },
  {
    given: "an account without a token",
    outcome: "no-token",
    visits: [visit({ kind: "continue", claims: {} })],
    kept: true,
    is: "finished",
  },
  {
    given: "no answer in time",
    outcome: "error",
    visits: [visit(error, [...late, ...late])],
    kept: false,
    is: "timed out",
    errorCode: 1003005,
  },
  {
    given: "no connection",
    outcome: "error",
    visits: [visit(error, [{ durationMs: 1, failure: "ECONNREFUSED" }])],
    kept: false,
    is: "call failed",
    errorCode: 1003027,
  },
  { given: "a status of 500", outcome: "error", visits: [visit(error, answered(500))], kept: false, is: "call failed", errorCode: 1003002 },
  {
    given: "an unreadable answer",
    outcome: "error",
    visits: [visit(error, answered(200, "not UTF-8"))],
    kept: false,
    is: "call failed",
    errorCode: 1003003,
  },
  { given: "an answer of another form", outcome: "error", visits: [visit(error)], kept: false, is: "call failed", errorCode: 1003000 },
])("the log shows $given as Entra's log would: $is", ({ outcome, visits, kept, is, errorCode }) => {
  const lines = buildSignUpLog({ outcome, visits }, now) as readonly LoggedStage[];
  const [attempt] = attemptsIn(lines);
  const judged = judgedAttempt(attempt as NonNullable<typeof attempt>, kept ? [admitted("a", 1)] : []);
  expect(judged).toMatchObject({ correlationId: "one", application: "Portal", outcome: is, ...(errorCode && { errorCode }) });
});

it("the log shows no account for a refused person", () => {
  const lines = buildSignUpLog(
    { outcome: "blocked", visits: [visit({ kind: "block" } as StepVisit["page"])] },
    now,
  ) as readonly LoggedStage[];
  expect(lines.map(({ signUpStage }) => signUpStage)).toEqual(["credentialCollection", "attributeCollectionAndValidation"]);
  const [attempt] = attemptsIn(lines);
  expect(judgedAttempt(attempt as NonNullable<typeof attempt>, [record("a", 1)]).outcome).toBe("refused");
});

it("the log omits calls to API connectors, because they get no id", () => {
  expect(
    buildSignUpLog({ outcome: "created", visits: [{ ...visit({ kind: "continue", claims: {} }), tenant: "workforce" }] }, now),
  ).toEqual([]);
});
