import type { Context } from "aws-lambda";
import type { AwsClient } from "../../adapters/aws/client";
import { decidingParts } from "../../features/deciding-parts";
import { connectorHandler } from "../../handlers/sign-up";
import { accessList, beforeCreateUser } from "../../index";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { proxyEvent } from "../support/events";
import { createKeyTable } from "../support/key-table";

it("a step waits up to 1.5 s until its record is written, but only 0.15 s for ten seconds after a write fails", async () => {
  let now = Date.parse("2026-11-20T10:00:00.000Z");
  const waits: number[] = [];
  const clock = {
    now: () => now,
    // The time of a record is over at once, no other.
    startTimer(ms: number, callback: () => void) {
      if (ms === 1_500 || ms === 150) waits.push(ms);
      if (ms === 1_500 || ms === 150) setImmediate(callback);
      return () => undefined;
    },
  };
  const settings = {
    ACCESS_LIST_TABLE: "list",
    DECISIONS_TABLE: "decisions",
    LEDGER_TABLE: "ledger",
    DECISION_DAYS: "90",
    POLICY_VERSION: "0123456789ab",
    PERSON_KEY_SECRET: "person-key",
  };
  const { world, observed } = memoryWorld({ settings, secrets: { "person-key": "k".repeat(64) }, clock });
  await createDecisionsTable(world.tables, "decisions");
  await createKeyTable(world.tables, "list", "accessList");
  await world.tables.call("PutItem", { TableName: "list", Item: { entry: { S: "*" }, effect: { S: "allow" } } });
  const throttled: AwsClient = {
    warm: world.tables.warm,
    call: async (operation, ...rest) =>
      await (operation === "PutItem" ? new Promise<never>(() => undefined) : world.tables.call(operation, ...rest)),
  };
  const handler = connectorHandler(beforeCreateUser([accessList()], { trust: "any" }), decidingParts)({ ...world, tables: throttled });
  for (const [person, later] of [0, 1_000, 8_000, 1_500, 1_000].entries()) {
    now += later;
    const event = proxyEvent("/before-create-user", JSON.stringify({ email: `person${person}@contoso.com` }));
    const { body } = await handler(event as never, { getRemainingTimeInMillis: () => 19_000 } as Context);
    expect(JSON.parse(body)).toMatchObject({ action: "Continue" });
  }
  expect(waits).toEqual([1_500, 150, 150, 1_500, 150]);
  expect(observed.counts.get("RecordsLost")).toBe(5);
});
