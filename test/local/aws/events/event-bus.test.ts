import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClient, awsClient } from "../../../../adapters/aws/client";
import { createCredentials, REGION } from "../../../../local/aws/access-key";
import { type DeliveredEvent, serveEventBus } from "../../../../local/aws/events/event-bus";
import type { LocalServer } from "../../../../local/aws/server";
import { Template } from "../../../../local/aws/template";
import { testKey } from "../../../support/local-database";

const template = new Template("Gate", { Resources: { Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "own" } } } });
const ownArn = template.attribute("Bus", "Arn");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
const file = join(folder, "events.jsonl");
const offered: { bus: string; event: DeliveredEvent }[] = [];
const eventBridge = { name: "events", target: "AWSEvents", contentType: "application/x-amz-json-1.1", endpointVariable: "none" };
let server: LocalServer;
let client: AwsClient;

beforeEach(async () => {
  rmSync(file, { force: true });
  offered.length = 0;
  server = await serveEventBus(template, file, { key: testKey }, (bus, event) => offered.push({ bus, event }));
  client = awsClient(eventBridge, { region: REGION, credentials: createCredentials(testKey), endpoint: server.url });
});
afterEach(() => server.close());
afterAll(() => rmSync(folder, { recursive: true }));

interface Output {
  FailedEntryCount: number;
  Entries: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}
const entry = { EventBusName: "own", Source: "gatehouse", DetailType: "decided", Detail: '{"n":1}', Time: 1_795_168_498.318 };
const put = (...Entries: object[]) => client.call<Output>("PutEvents", { Entries });
const kept = () => {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => JSON.parse(line) as DeliveredEvent);
};

describe("the local event bus", () => {
  it("stores events as a rule's target receives them, readable only for its owner", async () => {
    const { FailedEntryCount, Entries } = await put({ ...entry, Resources: ["arn:x"] });
    expect(FailedEntryCount).toBe(0);
    const event = {
      version: "0",
      id: Entries[0]?.EventId,
      "detail-type": "decided",
      source: "gatehouse",
      account: "000000000000",
      time: "2026-11-20T09:54:58Z",
      region: "us-east-1",
      resources: ["arn:x"],
      detail: { n: 1 },
    };
    expect(kept()).toEqual([event]);
    expect(offered).toEqual([{ bus: ownArn, event }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("exists before the first event, and appends to an existing file", async () => {
    expect(kept()).toEqual([]);
    await put(entry);
    const next = await serveEventBus(template, file, { key: testKey }, () => undefined);
    await next.close();
    expect(kept()).toHaveLength(1);
  });

  it("keeps the order of ten events in one call", async () => {
    await put(...Array.from({ length: 10 }, (_, n) => ({ ...entry, Detail: JSON.stringify({ n }) })));
    expect(kept().map(({ detail }) => detail)).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })));
  });

  it("accepts a bus by name or ARN, and the account's default bus", async () => {
    const before = Date.now();
    await put(entry, { ...entry, EventBusName: ownArn }, { ...entry, EventBusName: undefined, Time: undefined });
    expect(offered.map(({ bus }) => bus)).toEqual([ownArn, ownArn, "arn:aws:events:us-east-1:000000000000:event-bus/default"]);
    const time = Date.parse(kept()[2]?.time ?? "");
    // Events bear whole seconds.
    expect([time >= before - 1_000, time <= Date.now()]).toEqual([true, true]);
  });

  it.each([
    {
      given: { Source: undefined },
      code: "InvalidArgument",
      says: "Parameter Source is not valid. Reason: Source is a required argument.",
    },
    {
      given: { DetailType: "" },
      code: "InvalidArgument",
      says: "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
    },
    {
      given: { Detail: undefined },
      code: "InvalidArgument",
      says: "Parameter Detail is not valid. Reason: Detail is a required argument.",
    },
    { given: { Detail: "{" }, code: "MalformedDetail", says: "Detail is malformed." },
    { given: { Detail: "[1]" }, code: "MalformedDetail", says: "Detail is malformed." },
    { given: { Source: "aws.ec2" }, code: "NotAuthorizedForSourceException", says: "Not authorized for the source." },
  ])("refuses an entry with $given and accepts the others", async ({ given, code, says }) => {
    const { FailedEntryCount, Entries } = await put(entry, { ...entry, ...given }, entry);
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([{ EventId: expect.any(String) }, { ErrorCode: code, ErrorMessage: says }, { EventId: expect.any(String) }]);
    expect(kept()).toHaveLength(2);
  });

  it.each([
    { given: "no entry", entries: [], name: "ValidationException" },
    { given: "more than ten", entries: Array.from({ length: 11 }, () => entry), name: "ValidationException" },
    {
      given: "256 KB in all",
      entries: [entry, { ...entry, Detail: JSON.stringify({ x: "x".repeat(256 * 1_024) }) }],
      name: "ValidationException",
    },
    { given: "an unknown bus", entries: [entry, { ...entry, EventBusName: "other" }], name: "AccessDeniedException" },
    { given: "an entry that is none", entries: ["x"], name: "SerializationException" },
    { given: "a time that is none", entries: [{ ...entry, Time: "today" }], name: "SerializationException" },
  ])("refuses the whole call with $given", async ({ entries, name }) => {
    await expect(put(...(entries as object[]))).rejects.toMatchObject({ name, status: 400 });
    expect(kept()).toEqual([]);
  });

  it("accepts an entry of just under 256 KB", async () => {
    const Detail = JSON.stringify({ x: "x".repeat(256 * 1_024 - 100) });
    await expect(put({ ...entry, Detail })).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  it("refuses other operations", async () => {
    await expect(client.call("PutRule", {})).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});
