import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import type { ApprovalRequest } from "../../../features/approvals/request";
import type { RecordedCall } from "../../../local/aws/functions/recorded-calls";
import { stories } from "../../../local/run/start-pages";
import { explainVisit } from "../../../local/workbench/behind";
import { isOutside } from "../../../local/workbench/recorded";
import type { StepVisit } from "../../../simulator/client/visit";

const DYNAMO = "DynamoDB_20120810";
const call = (target: string | undefined, begunMs: number, ms: number, body = ""): RecordedCall => ({
  method: "POST",
  url: "http://127.0.0.1:9/x?q=1",
  ...(target !== undefined && { target }),
  body,
  begunMs,
  ms,
  status: 200,
});

it.each([
  ["a secret's", "secretsmanager.GetSecretValue", "/", false],
  ["a table's", `${DYNAMO}.BatchGetItem`, "/", false],
  ["an event's", "AWSEvents.PutEvents", "/", false],
  ["a function's", undefined, "/2015-03-31/functions/Shadow/invocations", false],
  ["a vendor's", undefined, "/api/idliveq.svc", true],
])("%s call counts as a call to an outside system only if it goes to a vendor", (_, target, path, expected) => {
  expect(isOutside({ url: `http://127.0.0.1:9${path}`, ...(target !== undefined && { target }) })).toBe(expected);
});

const said = (rule: string, more: Partial<RuleResult> = {}): RuleResult => ({ rule, said: "continue", ...more });

/** What stands behind a call, by its log line, what its function called, and the record of it. */
async function behind(
  ruleTimes: readonly { rule: string; ms: number }[],
  calls: readonly RecordedCall[],
  trace: readonly RuleResult[],
  more: Partial<DecisionRecord> = {},
) {
  const remembered = stories();
  const line = JSON.stringify({ message: "decided", verdict: "continue", reference: "AAAA-BBBB", ruleTimes });
  const answered = { route: "/after-sign-in", status: 200, responseType: undefined, durationMs: 60 };
  remembered.note({
    ...answered,
    requestId: "r-1",
    output: ["no JSON", '{"_aws":{},"verdict":"continue"}', line],
    inside: { ms: 50, calls },
  });
  const visit = { attempts: [{ durationMs: 61, answer: { status: 200, body: "", requestId: "r-1" } }] } as unknown as StepVisit;
  const decisions = { byReference: async () => [{ trace, ...more } as unknown as DecisionRecord] };
  async function* byPerson() {
    yield [
      { id: "old", state: "denied" },
      { id: "waiting", state: "pending" },
    ] as unknown as readonly ApprovalRequest[];
  }
  return await explainVisit(visit, { stories: remembered, decisions, approvals: { byPerson } });
}

describe("behindVisit", () => {
  it.each([
    { reasons: ["approval.pending"], personId: "p", requestId: "waiting" },
    { reasons: ["access-list.denied"], personId: "p", requestId: undefined },
    { reasons: ["approval.pending"], requestId: undefined },
  ])("names the request that keeps a person waiting: $requestId for $reasons", async ({ requestId, ...record }) => {
    expect((await behind([], [], [], record))?.requestId).toBe(requestId);
  });

  it("shows each rule's time, and none for rules that were not asked", async () => {
    const found = await behind(
      [
        { rule: "format", ms: 1 },
        { rule: "list", ms: 2 },
        { rule: "format", ms: 3 },
      ],
      [],
      [said("format"), said("list"), said("list", { shadow: true }), said("skips", { said: "skipped" }), said("format")],
    );
    expect(found?.trace.map(({ rule, ms }) => [rule, ms])).toEqual([
      ["format", 1],
      ["list", 2],
      ["list", undefined],
      ["skips", undefined],
      ["format", 3],
    ]);
    expect(found?.reference).toBe("AAAA-BBBB");
  });

  it("shows only calls to outside systems", async () => {
    const found = await behind([], [call(`${DYNAMO}.BatchGetItem`, 1, 4), call(undefined, 10, 20)], []);
    expect(found?.outside).toEqual([{ method: "POST", url: "http://127.0.0.1:9/x?q=1", came: "200", ms: 20 }]);
  });
});

it("only the newest calls are remembered", () => {
  const remembered = stories(2);
  const note = (requestId: string) =>
    remembered.note({
      route: "/x",
      status: 200,
      responseType: undefined,
      durationMs: 1,
      requestId,
      output: [JSON.stringify({ verdict: "block", reference: requestId })],
      inside: { ms: 1, calls: [] },
    });
  for (const id of ["a", "b", "c"]) note(id);
  expect(["a", "b", "c"].map((id) => remembered.find(id)?.reference)).toEqual([undefined, "b", "c"]);
  expect(remembered.find(undefined)).toBeUndefined();
});
