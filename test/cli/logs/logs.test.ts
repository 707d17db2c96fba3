import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requestId } from "../../../engine/approvals/request";
import { submit } from "../../../engine/approvals/transitions";
import { logFilesIn, logKeeper } from "../../../local/terminal/log-file";
import { asking, kim } from "../../engine/approvals/requests";
import { hashOf } from "../../engine/sign-up/people";
import { patiently } from "../../support/patience";
import { record } from "../records";
import { gatehouse, gatehouseRunning, jsonLines, startInstance, type TestInstance } from "../support";

let instance: TestInstance;
/** Of the request for approval. */
let code: string;
let keep: ReturnType<typeof logKeeper>;
const arrived = Date.now() - 3_600_000;
const at = (ms: number) => new Date(arrived + ms).toISOString();
const ASKED = { reference: "K7QD-9MXD", gatewayRequestId: "3fae7a5e-5f4e-4b39-b1a5-e4f2b5a5a111", function_request_id: "lambda-1" };

beforeAll(async () => {
  instance = await startInstance([], "policy", { endpoints: { crm: "http://127.0.0.1:1" } });
  keep = logKeeper(instance.data);
  const id = requestId(kim, hashOf);
  const made = await instance.approvals.change(id, (stored) => submit(stored, asking({ signUp: kim }), new Date(arrived + 60)));
  if (!made.ok) throw new Error(made.why);
  ({ reference: code } = made.request);
  const asked = { verdict: "block", rule: "request-approval", reasons: ["approval.requested"], at: at(5) } as const;
  await instance.decisions.keep(
    record("kim", 0, { ...asked, email: "kim@contoso.com", trace: [{ rule: "request-approval", said: "block" }] }),
    90,
  );
  await instance.decisions.keep(record("old", 0, { reference: "R3FN-QQHY", at: at(-80 * 86_400_000), email: "old@contoso.com" }), 90);
  const decided = { level: "INFO", message: "decided", timestamp: at(110), ...ASKED, verdict: "block", trace: ["request-approval: block"] };
  keep([
    { at: at(40), from: "crm", line: "stand-in answered 200: answer 1 of answers/crm.json" },
    {
      at: at(50),
      from: "BeforeCreateUserFunction",
      line: { level: "WARN", message: "a rule's own", function_request_id: "lambda-1", timestamp: at(50) },
    },
    { at: at(110), from: "BeforeCreateUserFunction", line: decided },
    { at: at(110), from: "BeforeCreateUserFunction", line: { _aws: {}, Decisions: 1 } },
    {
      at: at(0),
      from: "gateway",
      line: { requestId: ASKED.gatewayRequestId, time: arrived, route: "/before-create-user", status: 200, latencyMs: 130 },
    },
    { at: at(500), from: "crm", line: "stand-in answered 200: for somebody else" },
    {
      at: at(900),
      from: "ApprovalMailFunction",
      line: { level: "INFO", message: "mail sent", to: "approvers", references: [code], timestamp: at(900) },
    },
    {
      at: at(7_200_000 - 3_600_000),
      from: "Hygiene",
      line: { level: "INFO", message: "access list row moved", timestamp: new Date().toISOString() },
    },
  ]);
  const detail = { reference: "K7QD-9MXD", email: "kim@contoso.com", time: at(6) };
  writeFileSync(
    join(instance.data, "events.jsonl"),
    `${JSON.stringify({ id: "e", "detail-type": "sign-up.decided.v1", time: at(0), detail })}\n`,
  );
});
afterAll(() => instance.close());

const logs = (...args: string[]) => gatehouse("logs", ...args, ...instance.local);

describe("logs of a code", () => {
  it("tell the whole story in order, with times since the call arrived, and of the person nothing", async () => {
    const { exitCode, stdout, stderr } = await logs("k7qd9mxd");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().replace(/ {2,}/g, "  "));
    expect(lines.slice(0, 1)).toEqual(["K7QD-9MXD  before-create-user: refused, approval.requested, by request-approval, in 7 ms"]);
    expect(lines.filter((line) => /^[+-]|^request-/.test(line))).toEqual([
      "+0 ms  gateway  /before-create-user: 200, in 130 ms",
      "+6 ms  event  sign-up.decided.v1",
      "+40 ms  crm  stand-in answered 200: answer 1 of answers/crm.json",
      "+50 ms  BeforeCreateUser  WARN a rule's own",
      "+60 ms  request  made -> pending, by gatehouse",
      "+110 ms  BeforeCreateUser  decided, verdict block",
      "request-approval: block",
      "+900 ms  ApprovalMail  mail sent, to approvers",
    ]);
    expect(stdout).not.toContain("kim@");
  });

  it("are the same by the code of the request for approval", async () => {
    const { stdout } = await logs(code);
    expect(stdout).toContain("decided, verdict block");
    expect(stdout).toContain("mail sent, to approvers");
  });

  it("are found by the id on a page of the gateway's own", async () => {
    const { exitCode, stdout } = await logs(ASKED.gatewayRequestId.toUpperCase(), "--since", "2h");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("/before-create-user: 200");
    expect(stdout).toContain("decided, verdict block");
  });

  it("are objects with --json", async () => {
    const objects = jsonLines(await logs("K7QD-9MXD", "--json")) as {
      from: string;
      sinceArrivalMs: number;
      at: string;
      reference?: string;
    }[];
    expect(objects.map(({ from }) => from)).toEqual([
      "gateway",
      "event",
      "crm",
      "BeforeCreateUser",
      "request",
      "BeforeCreateUser",
      "ApprovalMail",
    ]);
    expect(objects[5]).toMatchObject({ at: at(110), sinceArrivalMs: 110, reference: "K7QD-9MXD", line: { message: "decided" } });
    expect(JSON.stringify(objects)).not.toContain("kim@");
  });

  it("tell what the record says where the lines are gone, and how long they are kept", async () => {
    const { exitCode, stdout, stderr } = await logs("R3FN-QQHY");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("decided, verdict block");
    expect(stdout).toContain("access-list: block");
    expect(stderr).toBe("No line bears the code R3FN-QQHY: npm start keeps the last ten to twenty megabytes of lines.\n");
  });

  it.each([
    { typed: "AAAA-AAAA", says: /^Nothing bears the code AAAA-AAAA: no decision, no request for approval, and no line \(--since 7d\)\./ },
    { typed: "00000000-0000-4000-8000-000000000000", says: /^Nothing bears the request id 0{8}/ },
    { typed: "kim", says: /^"kim" is neither a reference code, such as K7QD-9MXD, nor the id of a request/ },
  ])("end with 1 for $typed", async ({ typed, says }) => {
    const { exitCode, stdout, stderr } = await logs(typed);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(says);
  });

  it("end with 1 for a time that is none", async () => {
    expect(await logs("K7QD-9MXD", "--since", "soon")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^--since soon is not a past time/),
    });
  });
});

describe("logs without a code", () => {
  it("are every line of the last hour, the gateway's with the code of its call", async () => {
    const { stdout } = await logs("--since", "2h");
    expect(stdout).toMatch(/gateway +\/before-create-user: 200, in 130 ms {2}K7QD-9MXD/);
    expect(stdout).toContain("access list row moved");
    expect((await logs("--since", "30m")).stdout).not.toContain("gateway");
    expect(await logs("--last", "2h")).toMatchObject({ exitCode: 0, stdout, stderr: "Write --since in place of --last.\n" });
    expect(await logs("--last", "2h", "--since", "1h")).toMatchObject({ exitCode: 1, stdout: "" });
  });

  it("say so where there is none", async () => {
    const [, file] = logFilesIn(instance.data);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, "");
    expect(await logs("--since", "1m")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringMatching(/^No line was written \(--since 1m\)/),
    });
    writeFileSync(file, text);
  });

  it("follow, each line once, until Ctrl-C", async () => {
    const others = process.listenerCount("SIGINT");
    const followed = gatehouseRunning("logs", "--follow", ...instance.local);
    const story = gatehouseRunning("logs", "K7QD-9MXD", "-f", "--json", ...instance.local);
    // They take signals once they have read what is there.
    await expect.poll(() => process.listenerCount("SIGINT"), patiently).toBe(others + 2);
    const shown = () =>
      followed
        .stdout()
        .split("\n")
        .slice(0, -1)
        .map((line) => line.replace(/^.*Step +/, ""));
    const added = () => (jsonLines({ stdout: story.stdout() }).slice(7) as { line: { message: string } }[]).map(({ line }) => line.message);
    const now = new Date().toISOString();
    keep([{ at: now, from: "Step", line: { message: "for all", timestamp: now } }]);
    keep([{ at: now, from: "Step", line: { message: "for the story", reference: "K7QD-9MXD", timestamp: now } }]);
    const half = JSON.stringify({ at: now, from: "Step", line: { message: "in halves", reference: "K7QD-9MXD", timestamp: now } });
    appendFileSync(logFilesIn(instance.data)[1], half.slice(0, 16));
    await expect.poll(() => [shown().length, added().length], patiently).toEqual([2, 1]);
    appendFileSync(logFilesIn(instance.data)[1], `${half.slice(16)}\n`);
    await expect.poll(() => [shown().length, added().length], patiently).toEqual([3, 2]);
    process.emit("SIGINT");
    expect((await followed.ended).exitCode).toBe(0);
    await story.ended;
    expect(shown()).toEqual(["for all", "for the story  K7QD-9MXD", "in halves  K7QD-9MXD"]);
    expect(added()).toEqual(["for the story", "in halves"]);
  });
});
