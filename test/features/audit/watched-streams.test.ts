import { AwsError } from "../../../adapters/aws/client";
import { type EventSource, findStreamFault } from "../../../adapters/aws/functions";
import type { WatchedStreams } from "../../../features/audit/store/watched-streams";
import { auditTrailHandler } from "../../../features/audit/worker";
import { memoryWorld } from "../../memory/world";

const STREAM = "arn:aws:dynamodb:eu-west-1:111111111111:table/list/stream/2026-11-20T22:00:00.000";
const own: EventSource = { function: "Gatehouse-TrailReader-1A2B", state: "Enabled" };
const table = { LatestStreamArn: STREAM, StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } };

it.each<[string, Parameters<typeof findStreamFault>[1], readonly EventSource[], string | undefined]>([
  ["on, and read", table, [own], undefined],
  ["read by another function too", table, [{ ...own, function: "Other" }, own], undefined],
  ["read by a mapping that AWS changes right now", table, [{ ...own, state: "Updating" }], undefined],
  [
    "switched off; its last one is still named",
    { LatestStreamArn: STREAM, StreamSpecification: { StreamEnabled: false } },
    [own],
    "stream-off",
  ],
  ["never on", {}, [], "stream-off"],
  ["on without the rows", { ...table, StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } }, [own], "stream-off"],
  ["switched off and on: a new one", { ...table, LatestStreamArn: STREAM.replace("2026", "2027") }, [own], "other-stream"],
  ["not read", table, [], "reader-gone"],
  ["read by another function alone", table, [{ ...own, function: "Other" }], "reader-gone"],
  ["read by a mapping that is switched off", table, [{ ...own, state: "Disabled" }], "reader-off"],
  ["read by a mapping that is being switched off", table, [{ ...own, state: "Disabling" }], "reader-off"],
])("a stream that is %s is judged correctly", (_, described, sources, fault) => {
  expect(
    findStreamFault(
      STREAM,
      described,
      sources.filter(({ function: name }) => name === own.function),
    ),
  ).toBe(fault);
});

describe("the scheduled check of the trail's stream reader", () => {
  const start = async (described: object | undefined, sources: readonly EventSource[], reader: WatchedStreams["reader"] = "own") => {
    const { world, observed } = memoryWorld({
      settings: {
        AUDIT_TABLE: "audit",
        PERSON_KEY_SECRET: "key",
        AWS_LAMBDA_FUNCTION_NAME: own.function,
        AUDITED_STREAMS: JSON.stringify({ streams: [STREAM], reader } satisfies WatchedStreams),
      },
    });
    const tables = {
      ...world.tables,
      async call<T>(operation: string, input: object) {
        expect([operation, input]).toEqual(["DescribeTable", { TableName: "list" }]);
        if (described === undefined) throw new AwsError("AccessDeniedException", "no", 400, {});
        return { Table: described } as T;
      },
    };
    const answer = await auditTrailHandler({ ...world, tables, eventSources: async () => sources })({} as never);
    expect(answer).toEqual({ batchItemFailures: [] });
    return { rings: observed.counts.get("StreamsUnread") ?? 0, lines: observed.lines.map(({ level, facts }) => ({ level, ...facts })) };
  };

  it.each<[string, object | undefined, readonly EventSource[], string | undefined]>([
    ["all is well", table, [own], undefined],
    ["the stream is off", {}, [own], "stream-off"],
    ["another function alone reads it", table, [{ ...own, function: "Other" }], "reader-gone"],
    ["AWS does not say", undefined, [own], "AccessDeniedException"],
  ])("raises an alarm and names the table unless the stream is well: %s", async (_, described, sources, fault) => {
    expect(await start(described, sources)).toEqual(
      fault === undefined ? { rings: 0, lines: [] } : { rings: 1, lines: [{ level: "error", table: "list", fault }] },
    );
  });

  it("checks only the stream if an isolated network has no endpoint of Lambda", async () => {
    expect(await start(table, [], "unknown")).toEqual({ rings: 0, lines: [] });
    expect(await start({}, [], "unknown")).toMatchObject({ rings: 1 });
  });

  it("accepts the relay of a global table as the reader", async () => {
    expect(await start(table, [{ ...own, function: "Gatehouse-StreamRelay-3C4D" }], "any")).toEqual({ rings: 0, lines: [] });
    expect(await start(table, [], "any")).toMatchObject({ rings: 1 });
  });
});
