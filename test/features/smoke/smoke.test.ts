import { DRILL, DRILL_DOMAIN } from "../../../engine/sign-up/drill";
import { makeRule } from "../../../engine/sign-up/rule";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { summaryLine } from "../../../features/doctor/verbs/doctor";
import { recordOn } from "../../../features/smoke/verbs/record";
import { describeResult } from "../../../features/smoke/verbs/smoke";
import { readBasicAuth } from "../../../handlers/authorizer";
import { record } from "../../cli/records";
import { gatehouse, jsonLines } from "../../cli/support";
import { CONTINUE, type Received } from "../../simulator/endpoint";
import { startGate, type TestGate } from "./gate";

interface Line {
  readonly check: string;
  readonly what: string;
  readonly faults?: readonly { readonly id: string; readonly what: string; readonly fix: string }[];
  readonly skipped?: string;
}

let gate: TestGate;
beforeAll(async () => {
  const served = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
  gate = await startGate([{ password: "one", stages: ["AWSCURRENT"], hoursAgo: 1 }], served, ["suppliers"]);
});
afterEach(() => gate.heal());
afterAll(() => gate.close());

const smoke = (...args: string[]) => gatehouse("smoke", ...gate.instance.local, ...args);
/** Of sign-ups and their records. */
async function lines(...args: string[]): Promise<readonly Line[]> {
  const all = jsonLines(await smoke("--no-conform", "--json", ...args)) as readonly Line[];
  return all.filter(({ check }) => check !== "alarm");
}
const faultIds = (all: readonly Line[]) => [...new Set(all.flatMap(({ faults = [] }) => faults.map(({ id }) => id)))];

it("smoke signs up at every gate and step, as each kind of tenant, and finds the records", async () => {
  gate.seeded.policy = [accessList({ otherwise: "continue" }), requestApproval()];
  const { exitCode, stdout, stderr } = await smoke("--no-conform");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const tried = [
    "after-sign-in as workforce",
    "after-sign-in as b2c",
    "before-create-user as workforce",
    "before-create-user as b2c",
    "before-sending-token as b2c",
    ...["after-sign-in", "before-create-user", "before-sending-token"].map((step) => `${step} as external-tenant`),
    ...["workforce", "b2c", "external-tenant"].map((tenant) => `suppliers/before-create-user as ${tenant}`),
  ];
  expect([...stdout.matchAll(/^ok {2}sign-up (.*?)(?:: with the password before .*)? \(\d+ ms\)$/gm)].map(([, what]) => what)).toEqual(
    tried,
  );
  expect([...stdout.matchAll(/^ok {2}record (.*?): [\w-]{9}, decided in 1 ms \(\d+ ms\)$/gm)].map(([, what]) => what)).toEqual(tried);
  expect(stdout).toContain(`${2 * tried.length} checks, 1 not tried: all is well in what was tried.\n`);
  expect(stdout.match(/^ok {2}sign-up suppliers\/before-create-user as (workforce|b2c): with the password before/gm)).toHaveLength(2);
  expect(stdout).toContain("-   alarm of every kind: not tried, npm start has none\n");
  const [, email = ""] = /^What is kept of them: npm run gate -- decisions --email (\S+) --local --data \S+$/m.exec(stdout) ?? [];
  expect(email).toMatch(new RegExp(`^smoke-[0-9a-f]{10}@${DRILL_DOMAIN.replaceAll(".", "\\.")}$`));
  const records = [];
  for await (const page of gate.instance.decisions.byEmail(email)) records.push(...page);
  expect(records).toHaveLength(tried.length);
  expect(records.filter(({ step, reasons }) => step !== "before-sending-token" && reasons[0] !== DRILL)).toEqual([]);
  expect(await gate.instance.rows()).toEqual([]);
});

it("smoke tests each address against the contract, and reports violations", async () => {
  const spoiled = ({ path, body }: Received) =>
    path === "/suppliers/before-create-user" && body === "" ? { status: 500, body: {} } : undefined;
  gate.seeded.answer = spoiled;
  const { exitCode, stdout } = await smoke();
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^ok {2}contract before-create-user as b2c: \d+ rules hold \(\d+ ms\)$/m);
  expect(stdout).toMatch(/^!! {2}contract\.odd\.survives: contract suppliers\/before-create-user as workforce: .*no-body: status 500/m);
});

it("smoke can test one gate alone", async () => {
  const whats = (await lines("--gate", "suppliers")).map(({ what }) => what);
  expect(new Set(whats.map((what) => what.split("/")[0]))).toEqual(new Set(["suppliers"]));
});

const only = (path: string, answer: ReturnType<NonNullable<TestGate["seeded"]["answer"]>>) => (received: Received) =>
  received.path === path ? answer : undefined;
const gatewayPage = {
  body: { version: "1.0.0", action: "ShowBlockPage", userMessage: "Please try again later. (7f1c52a0-4d3e-4b6a-9c1d-2e8f0a5b7c93)" },
};
const broken = makeRule({ name: "crm-check", decide: () => JSON.parse("{") });

it.each<{ fault: string; seed(gate: TestGate["seeded"]): void; ids: readonly string[]; says: RegExp }>([
  {
    fault: "a gate that refuses the secret's password",
    seed: (seeded) => (seeded.passwords = ["another", "earlier"]),
    ids: ["sign-up.credentials"],
    says: /refuses its own credentials/,
  },
  {
    fault: "a step that answers 500",
    seed: (seeded) => (seeded.answer = only("/before-create-user", { status: 500, body: { message: "Internal server error" } })),
    ids: ["sign-up.no-function"],
    says: /answers 500/,
  },
  {
    fault: "the gateway's own page",
    seed: (seeded) => (seeded.answer = only("/before-create-user", gatewayPage)),
    ids: ["sign-up.no-function"],
    says: /request 7f1c52a0-/,
  },
  {
    fault: "a firewall",
    seed: (seeded) => (seeded.answer = only("/before-create-user", { status: 403, body: { message: "Forbidden" } })),
    ids: ["sign-up.forbidden"],
    says: /403/,
  },
  {
    fault: "a throttled gate",
    seed: (seeded) => (seeded.answer = only("/before-create-user", { status: 429, body: {} })),
    ids: ["sign-up.throttled"],
    says: /throttles/,
  },
  {
    fault: "a connection that breaks",
    seed: (seeded) => (seeded.answer = only("/before-create-user", "reset")),
    ids: ["sign-up.unreachable"],
    says: /cannot be reached: /,
  },
  {
    fault: "an answer that is none",
    seed: (seeded) => (seeded.answer = only("/before-create-user", { body: { version: "1.0.0", action: "Allow" } })),
    ids: ["sign-up.contract"],
    says: /action is "Allow"/,
  },
  {
    fault: "a rule that throws",
    seed: (seeded) => (seeded.policy = [broken]),
    ids: ["record.rule"],
    says: /at the rule crm-check/,
  },
])("smoke reports $fault", async ({ seed, ids, says }) => {
  seed(gate.seeded);
  const all = await lines();
  expect(faultIds(all)).toEqual(ids);
  const fault = all.flatMap(({ faults = [] }) => faults)[0];
  expect(fault?.what).toMatch(says);
  expect(fault?.fix).toMatch(/\S/);
  expect((await smoke("--no-conform")).exitCode).toBe(2);
});

it("smoke stops at once if a test person is admitted", async () => {
  gate.seeded.answer = ({ path }) => (path === "/after-sign-in" ? { body: CONTINUE } : undefined);
  const all = await lines();
  expect(all).toHaveLength(1);
  expect(faultIds(all)).toEqual(["sign-up.let-in"]);
  expect(gate.received).toHaveLength(1);
});

it("smoke does not repeat a call that the gate might not treat as a drill", async () => {
  gate.seeded.policy = [broken];
  await smoke("--gate", "suppliers");
  expect(gate.received).toHaveLength(3);
});

it("smoke continues after a gate whose secret cannot be read", async () => {
  const other = await startGate([{ password: "", stages: ["AWSCURRENT"], hoursAgo: 1 }], ["before-create-user"], ["suppliers"]);
  try {
    const all = jsonLines(await gatehouse("smoke", ...other.instance.local, "--json", "--no-conform")) as readonly Line[];
    expect(faultIds(all)).toEqual(["sign-up.secret"]);
    expect(all.filter(({ check, what }) => check === "record" && what.startsWith("suppliers/"))).toHaveLength(3);
  } finally {
    await other.close();
  }
});

it("smoke sends the password that Entra uses, since a call with the new one would end a rotation", async () => {
  const shown = async () => {
    gate.heal();
    gate.seeded.passwords = ["one", "earlier", "password-of-suppliers"];
    await lines("--gate", "suppliers");
    const passwords = gate.received.map(({ headers }) => readBasicAuth(headers.authorization)?.password);
    return [...new Set(passwords.filter((password) => password !== undefined))];
  };
  expect(await shown()).toEqual(["earlier"]);
  await gate.instance.seen("new", "suppliers/before-create-user");
  expect(await shown()).toEqual(["password-of-suppliers"]);
});

it("smoke reports a record that is missing or of another decision", async () => {
  const endpoint = { gate: "default", step: "before-create-user", tenant: "b2c", name: "it" } as const;
  const store = gate.instance.decisions;
  const read = async (reference: string) =>
    (await recordOn(store, endpoint, { email: `a@${DRILL_DOMAIN}`, reference }, 0)).faults?.map(({ id }) => id);
  expect(await read("K7QD-9MXD")).toEqual(["record.missing"]);
  const other = {
    ...record("kim", 1),
    source: "b2c",
    step: "before-create-user",
    verdict: "block",
    reasons: ["access-list.denied"],
  } as const;
  await store.keep(other, 90);
  expect(await read(other.reference)).toEqual(["record.other"]);
});

it("smoke reports what prevents a test", async () => {
  expect(await gatehouse("smoke", "--local", "--data", "/nowhere")).toMatchObject({
    exitCode: 1,
    stderr: "No npm start is running on the data folder /nowhere: start one in another terminal and repeat the command.\n",
  });
  expect((await smoke("--gate", "nobody")).stderr).toContain("There is no gate nobody: there are default, suppliers.");
});

it.each([
  [{ tried: 3, skippedCount: 0, faults: 0 }, "3 checks: all is well."],
  [{ tried: 1, skippedCount: 2, faults: 0 }, "1 check, 2 not tried: all is well in what was tried."],
  [{ tried: 0, skippedCount: 2, faults: 0 }, "0 checks, 2 not tried: nothing is known."],
  [{ tried: 2, skippedCount: 1, faults: 1 }, "2 checks, 1 not tried: 1 thing to fix."],
])("of %j, smoke says: %s", (counts, says) => {
  expect(describeResult(counts)).toBe(says);
});

it.each<[counts: [number, number, boolean], says: string]>([
  [[0, 4, false], "Nothing is wrong."],
  [[0, 4, true], "Nothing is wrong in what was checked."],
  [[0, 0, true], "Nothing was checked."],
  [[2, 0, true], "2 things to fix."],
])("of %j faults, checks and skipped ones, doctor says: %s", (counts, says) => {
  expect(summaryLine(...counts)).toBe(says);
});
