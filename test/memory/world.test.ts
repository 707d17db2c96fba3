import type { APIGatewayProxyEvent, DynamoDBRecord } from "aws-lambda";
import { toItem } from "../../adapters/tables/item";
import { beforeCreateUser } from "../../engine/sign-up/policy";
import { accessList } from "../../features/access-list/rule";
import { figuresIn, sumCounts } from "../../features/counts/counts";
import { readCounts } from "../../features/counts/store/counts";
import { decisionCounterHandler } from "../../features/counts/worker";
import { decidingParts } from "../../features/deciding-parts";
import { decisionStore } from "../../features/decisions/store/decisions";
import { decisionPublisherHandler } from "../../features/decisions/worker";
import { connectorHandler } from "../../handlers/sign-up";
import { lambdaContext } from "../lambda/invoke";
import { createDecisionsTable } from "../support/decisions-table";
import { proxyEvent } from "../support/events";
import { createKeyTable } from "../support/key-table";
import type { MemoryChange } from "./tables";
import { memoryWorld } from "./world";

const now = Date.parse("2026-06-15T12:00:00Z");
const settings = {
  ACCESS_LIST_TABLE: "list",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EVENT_BUS: "bus",
};

it("the memory world runs a whole sign-up: answer, record, event and count", async () => {
  const changes: MemoryChange[] = [];
  const { world, observed } = memoryWorld({
    settings,
    clock: { now: () => now, startTimer: () => () => undefined },
    random: { fraction: () => 0.5, uuid: () => "00000000-0000-4000-8000-000000000000" },
    secrets: { "person-key": "k".repeat(64) },
    onChange: (change) => changes.push(change),
  });
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createDecisionsTable(world.tables, "decisions");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect: "allow" }) });
  // The policy has no shadowed rule, so the step starts no function.
  const signUp = connectorHandler(beforeCreateUser([accessList()], { trust: "any" }), decidingParts)(world);
  const ask = async (email: string) => {
    const event = proxyEvent("/before-create-user", JSON.stringify({ email })) as APIGatewayProxyEvent;
    return JSON.parse((await signUp(event, lambdaContext)).body) as { action: string };
  };

  expect([(await ask("kim@contoso.com")).action, (await ask("kim@fabrikam.com")).action]).toEqual(["Continue", "ShowBlockPage"]);
  const store = decisionStore(world.tables, "decisions");
  const [decided] = changes.filter(({ tableName }) => tableName === "decisions");
  const [found] = await store.byReference(String(decided?.after?.reference?.S));
  expect(found).toMatchObject({ email: "kim@contoso.com", verdict: "continue", at: new Date(now).toISOString(), durationMs: 0 });

  const Records = changes
    .filter(({ tableName }) => tableName === "decisions")
    .map(({ keys, after }, index) => ({ dynamodb: { Keys: keys, NewImage: after, SequenceNumber: String(index) } }) as DynamoDBRecord);
  expect(await decisionPublisherHandler(world)({ Records })).toEqual({ batchItemFailures: [] });
  expect(observed.events.map(({ type, detail }) => [type, (detail as { verdict: string }).verdict])).toEqual([
    ["sign-up.decided.v1", "continue"],
    ["sign-up.decided.v1", "block"],
  ]);
  await decisionCounterHandler(world)({ Records });
  const places = await readCounts(world.tables, "ledger").at([{ hour: "2026-06-15T12", gate: "default" }]);
  expect(figuresIn(sumCounts(places.map(({ counts }) => counts))).answers).toMatchObject({ continue: 1, block: 1 });
  expect(observed.lines.map(({ message }) => message)).toEqual(["decided", "decided"]);
  expect(observed.counts.size).toBe(0);
});

it("the memory world refuses unknown operations, unknown secrets and a directory that it was not given", async () => {
  const { world } = memoryWorld();
  await expect(world.secrets.call("PutRule", {})).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(world.secrets.call("GetSecretValue", { SecretId: "none" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  expect(() => world.directory({ tenantId: "t", clientId: "c", clientSecret: async () => "s", log: world.log })).toThrow(/no directory/);
});
