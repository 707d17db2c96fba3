import type { Context } from "aws-lambda";
import { WARMING_CALL } from "../../../adapters/aws/own-calls";
import { ANSWER_MS, COLD_MS } from "../../../adapters/report";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { readCounts } from "../../../features/counts/store/counts";
import { decisionCounterHandler } from "../../../features/counts/worker";
import { decidingParts } from "../../../features/deciding-parts";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import { connectorHandler } from "../../../handlers/sign-up";
import { beforeCreateUser, limit, permittedValue } from "../../../index";
import type { MemoryChange } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { proxyEvent } from "../../support/events";
import { createKeyTable } from "../../support/key-table";
import { synthesize } from "../../support/synth";

// A gate that lets in one person an hour, by a code that one person may use. A schedule's calls come before the person's.

const NOW = Date.parse("2026-11-29T08:00:00.000Z");
const WARMING_CALLS = 5;
const MINUTES_APART = 4;
const CODE = "extension_InvitationCode";
const policy = beforeCreateUser([permittedValue(CODE, { maxUses: 1 }), limit({ by: "gate", windows: [{ max: 1, per: "1h" }] })], {
  trust: "any",
});
const settings = {
  ACCESS_LIST_TABLE: "accessList",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  REFERENCE_DATA_TABLE: "referenceData",
  DECISION_DAYS: "90",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EVENT_BUS: "bus",
  GATEHOUSE_VERSION_TIMES: "true",
  AWS_LAMBDA_FUNCTION_NAME: "step",
  AWS_LAMBDA_FUNCTION_VERSION: "7",
};
const context = { getRemainingTimeInMillis: () => 19_000 } as Context;
const kim = {
  email: "kim@gmail.com",
  identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }],
  displayName: "Kim Lee",
  [`extension_${"0".repeat(32)}_InvitationCode`]: "QH7K-93FN",
};

/** The gate after some warming calls, and what followed from them. */
async function warmedGate({ secrets = { "person-key": "k".repeat(64) } } = {}) {
  let now = NOW;
  const changes: MemoryChange[] = [];
  const clock = { now: () => now, startTimer: () => () => undefined };
  const { world, observed } = memoryWorld({ settings, secrets, clock, onChange: (change) => void changes.push(change) });
  await createDecisionsTable(world.tables, "decisions");
  for (const table of ["accessList", "ledger", "referenceData"] as const) await createKeyTable(world.tables, table, table);
  await world.tables.call("PutItem", { TableName: "referenceData", Item: { list: { S: CODE }, value: { S: "qh7k-93fn" } } });
  changes.length = 0;
  const handler = connectorHandler(policy, decidingParts)({ ...world, startedAt: NOW });
  for (let call = 0; call < WARMING_CALLS; call++) {
    await handler(WARMING_CALL as never, context).catch(() => undefined);
    now += MINUTES_APART * 60_000;
  }

  async function deliver(worker: typeof decisionCounterHandler): Promise<void> {
    const Records = changes
      .filter(({ tableName }) => tableName === "decisions")
      .map(({ keys, after }, index) => ({
        eventName: "INSERT",
        dynamodb: { Keys: keys, NewImage: after, SequenceNumber: String(index) },
      }));
    await worker(world)({ Records } as never);
  }

  async function signUp(): Promise<string> {
    const { body } = await handler(proxyEvent("/before-create-user", JSON.stringify(kim)) as never, context);
    return (JSON.parse(body) as { action: string }).action;
  }

  return { world, observed, changes, deliver, signUp };
}

const rowsIn = (changes: readonly MemoryChange[], table: string) => changes.filter(({ tableName }) => tableName === table);

describe("a warming call", () => {
  it("is not counted in a log line, a metric or the decisions of the hour", async () => {
    const { world, observed, deliver } = await warmedGate();
    expect([observed.lines, [...observed.counts]]).toEqual([[], []]);
    await deliver(decisionCounterHandler);
    const hours = await readCounts(world.tables, "ledger", () => new Date(NOW)).at([{ hour: "2026-11-29T08", gate: "default" }]);
    expect(hours.map(({ counts }) => counts)).toEqual([{}]);
  });

  it("writes no decision record", async () => expect(rowsIn((await warmedGate()).changes, "decisions")).toEqual([]));

  it("uses no place of a limit", async () => {
    const { changes, signUp } = await warmedGate();
    expect(rowsIn(changes, "ledger")).toEqual([]);
    expect(WARMING_CALLS * MINUTES_APART * 60_000).toBeLessThan(MS_PER_HOUR);
    expect(await signUp()).toBe("Continue");
  });

  it("uses up no code: the person with the code can still use it", async () => {
    const { changes, signUp } = await warmedGate();
    expect(changes.filter(({ keys }) => String(keys.id?.S).startsWith("code/"))).toEqual([]);
    expect(await signUp()).toBe("Continue");
    expect(changes.filter(({ keys }) => String(keys.id?.S).startsWith("code/"))).toHaveLength(1);
  });

  it("sends no event, even if a rule of the bus listens", async () => {
    const { observed, deliver, signUp } = await warmedGate();
    await deliver(decisionPublisherHandler as typeof decisionCounterHandler);
    expect(observed.events).toEqual([]);
    await signUp();
    await deliver(decisionPublisherHandler as typeof decisionCounterHandler);
    expect(observed.events).toHaveLength(1);
  });

  it.each([
    { where: "all is well", secrets: undefined },
    { where: "Secrets Manager refuses", secrets: {} },
  ])("changes no metric that rolls back a canary: $where", async ({ secrets }) => {
    const { observed } = await warmedGate(secrets && ({ secrets } as never));
    const watched = canaryMetrics();
    expect(watched).toEqual(expect.arrayContaining([ANSWER_MS, "FailedClosed"]));
    expect(watched).not.toContain(COLD_MS);
    expect([...observed.counts.keys()].filter((name) => watched.includes(name))).toEqual([]);
    expect(observed.lines.filter(({ facts }) => watched.some((name) => name in facts))).toEqual([]);
  });

  it("does not fail, even if its environment cannot be prepared, so Lambda counts no error", async () => {
    const { world } = memoryWorld({ settings });
    const warm = vi.fn(() => undefined as unknown);
    const handler = connectorHandler(policy, decidingParts)({ ...world, tables: { ...world.tables, warm } } as never);
    warm.mockImplementation(() => Promise.reject(new Error("no network")));
    expect(await handler(WARMING_CALL as never, context)).toBeUndefined();
  });
});

/** Metrics of alarms that take a deployment back. */
function canaryMetrics(): readonly string[] {
  const { template } = synthesize({ canary: true });
  const groups = Object.values(template.findResources("AWS::CodeDeploy::DeploymentGroup"));
  const names = groups.flatMap(({ Properties }) =>
    (Properties.AlarmConfiguration.Alarms as { Name: { Ref: string } }[]).map(({ Name }) => Name.Ref),
  );
  return Object.entries(template.findResources("AWS::CloudWatch::Alarm")).flatMap(([id, { Properties }]) =>
    names.includes(id) && typeof Properties.MetricName === "string" ? [Properties.MetricName] : [],
  );
}
