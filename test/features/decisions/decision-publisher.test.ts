import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { decisionPublisherHandler } from "../../../features/decisions/worker";
import { type Answer, type AwsDouble, json, refuse, reset, startAwsDouble, text } from "../../adapters/aws/aws-double";
import { anyDecision, decision, streamRecord } from "../../events/records";
import { flawsOf } from "../../events/schema";
import { awsWorld, captureOutput } from "../../lambda/invoke";

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: number;
  readonly Detail: string;
}

const flaws = flawsOf("sign-up.decided.v1");

/** Says of each entry what the codes say, "" for yes. Without codes all are taken. */
const bus =
  (...codes: readonly string[]): Answer =>
  (response, call) => {
    const Entries = entriesOf(call).map((_, index) => (codes[index] ? { ErrorCode: codes[index] } : { EventId: String(index) }));
    json({ FailedEntryCount: codes.filter(Boolean).length, Entries })(response, call);
  };

const entriesOf = ({ input }: { readonly input: Record<string, unknown> }) => input.Entries as readonly Entry[];
const rowsOf = (count: number, change: (index: number) => Partial<DecisionRecord> = () => ({})): DynamoDBRecord[] =>
  Array.from({ length: count }, (_, index) => streamRecord({ ...decision, id: `id-${index}`, ...change(index) }));

let double: AwsDouble;
let output: ReturnType<typeof captureOutput>;
let publish: ReturnType<typeof decisionPublisherHandler>;

beforeAll(async () => {
  double = await startAwsDouble();
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_EVENTBRIDGE: double.endpoint,
    EVENT_BUS: "bus",
  });
  publish = decisionPublisherHandler(awsWorld());
});
afterAll(() => double.close());
beforeEach(() => {
  output = captureOutput();
  double.will(bus());
});
afterEach(() => output.release());

/** Events that the bus was sent, in order. */
const published = () => double.calls.flatMap(entriesOf).map(({ Detail }) => JSON.parse(Detail) as Record<string, unknown>);
const failuresOf = async (Records: readonly DynamoDBRecord[]) =>
  (await publish({ Records: [...Records] })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const sequenceOf = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;
const skipped = () => output.lines().filter(({ message }) => message === "row skipped");
const counted = () => output.lines().filter((line) => "RowsSkipped" in line).length;

it("the opening of an incident becomes one event, and also an OCSF event if the stack sends OCSF", async () => {
  const both = decisionPublisherHandler({ ...awsWorld(), settings: { ...process.env, EVENT_FORMAT: "ocsf" } });
  const row = (state: string) =>
    marshall({
      ...{ set: "incidents", part: "i", at: "2026-11-20T04:00:00.000Z", by: "kim", state, selection: { from: "a", to: "b" } },
      ...{ decisions: 2, people: 2, listed: 0, nameless: 0, counts: {}, expires: 1 },
    });
  const change = (before: string | undefined, after: string, image = row(after)): DynamoDBRecord => ({
    eventName: "MODIFY",
    dynamodb: {
      SequenceNumber: after,
      Keys: marshall({ set: "incidents", part: "i" }) as never,
      ...(before && { OldImage: row(before) as never }),
      NewImage: image as never,
    },
  });
  const odd = marshall({ set: "incidents", part: "i", state: "open" });
  const Records = [change(undefined, "selecting"), change("selecting", "open"), change("open", "odd", odd)];
  expect(await both({ Records })).toEqual({ batchItemFailures: [] });
  expect(double.calls.flatMap(entriesOf)).toMatchObject([
    { Source: "gatehouse", DetailType: "incident.opened.v1" },
    { Source: "gatehouse.ocsf", DetailType: "ocsf.incident_finding" },
  ]);
  expect(flawsOf("incident.opened.v1")(published()[0])).toEqual([]);
  expect(skipped()).toHaveLength(1);
});

describe("the settings of a gate", () => {
  const at = 1_781_524_800;
  const formatGateSuffix = (before: object | undefined, after: object | undefined): DynamoDBRecord => ({
    eventName: after === undefined ? "REMOVE" : "MODIFY",
    dynamodb: {
      Keys: { reference: { S: "posture" }, id: { S: "suppliers" } },
      ...(before && { OldImage: streamRecord(before).dynamodb?.NewImage }),
      ...(after && { NewImage: streamRecord(after).dynamodb?.NewImage }),
      SequenceNumber: "7",
      ApproximateCreationDateTime: at,
    } as DynamoDBRecord["dynamodb"],
  });
  const key = { reference: "posture", id: "suppliers" };
  const closed = { ...key, state: "closed", reason: "bots", by: "an-id", name: "Kim", until: "2030-01-01T00:00:00.000Z" };

  it.each([
    { given: "set", row: closed, event: { posture: "closed", reason: "bots", by: "Kim", until: closed.until } },
    { given: "removed", row: undefined, event: { posture: "open" } },
    { given: "typed by hand with nonsense", row: { ...key, state: "shut", until: 12 }, event: { posture: "listed" } },
    { given: "a surge", row: { ...key, surgeUntil: closed.until }, event: { posture: "approval", by: "Gatehouse", until: closed.until } },
    {
      given: "scheduled",
      row: { ...closed, from: "2029-01-01T00:00:00.000Z" },
      event: { posture: "open", scheduled: { posture: "closed", from: "2029-01-01T00:00:00.000Z", until: closed.until, reason: "bots" } },
    },
  ])("become an event: $given", async ({ row, event }) => {
    const record = formatGateSuffix(closed === row ? undefined : closed, row);
    expect(await failuresOf([record, record])).toEqual([]);
    const expected = { id: "suppliers.7", time: new Date(at * 1_000).toISOString(), gate: "suppliers", ...event };
    expect(published()).toEqual([expected, expected]);
    expect(flawsOf("gate.posture-changed.v1")(published()[0])).toEqual([]);
    expect(skipped()).toEqual([]);
  });

  it.each([
    { tool: "AWS CLI 2.9.19", time: "2026-06-15T12:00:00+00:00" },
    { tool: "AWS CLI 1.45.11", time: at },
  ])("become an event if an operator sends them again with $tool, as in the runbook", async ({ time }) => {
    const { dynamodb, ...rest } = formatGateSuffix(closed, undefined);
    expect(await failuresOf([{ ...rest, dynamodb: { ...dynamodb, ApproximateCreationDateTime: time as number } }])).toEqual([]);
    expect(published()).toMatchObject([{ time: "2026-06-15T12:00:00.000Z", posture: "open" }]);
    expect(skipped()).toEqual([]);
  });

  it("cause no event if unchanged; a change also causes an OCSF event if the stack sends OCSF", async () => {
    expect(await failuresOf([formatGateSuffix(closed, closed)])).toEqual([]);
    expect(published()).toEqual([]);
    const both = decisionPublisherHandler({ ...awsWorld(), settings: { ...process.env, EVENT_FORMAT: "ocsf" } });
    await both({ Records: [formatGateSuffix(undefined, closed)] });
    expect(double.calls.flatMap(entriesOf).map(({ DetailType }) => DetailType)).toEqual([
      "gate.posture-changed.v1",
      "ocsf.entity_management",
    ]);
  });
});

describe("a partner's domain", () => {
  const at = 1_781_524_800;
  const added = {
    reference: "partner",
    id: "contoso.com",
    token: "t0ken",
    state: "pending",
    since: "2026-06-01T00:00:00.000Z",
    until: "2026-08-30T00:00:00.000Z",
    addedAt: "2026-06-01T00:00:00.000Z",
    by: "kim",
    revision: 1,
  };
  const looked = { ...added, lookedAt: "2026-06-02T00:00:00.000Z", look: "missing", revision: 2 };
  const { until: _, ...proven } = { ...looked, state: "proven", look: "found", revision: 3 };
  const change = (before: object | undefined, after: object | undefined): DynamoDBRecord => ({
    eventName: "MODIFY",
    dynamodb: {
      Keys: { reference: { S: "partner" }, id: { S: "contoso.com" } },
      ...(before && { OldImage: streamRecord(before).dynamodb?.NewImage }),
      ...(after && { NewImage: streamRecord(after).dynamodb?.NewImage }),
      SequenceNumber: "7",
      ApproximateCreationDateTime: at,
    } as DynamoDBRecord["dynamodb"],
  });

  it.each([
    { before: undefined, after: added, event: { state: "pending", until: added.until } },
    { before: added, after: looked, event: undefined },
    { before: looked, after: proven, event: { before: "pending", state: "proven", look: "found" } },
    { before: proven, after: undefined, event: { before: "proven", state: "removed" } },
  ])("causes an event only if its state changes: $event", async ({ before, after, event }) => {
    expect(await failuresOf([change(before, after)])).toEqual([]);
    const expected = { id: "contoso.com.7", time: new Date(at * 1_000).toISOString(), domain: "contoso.com", ...event };
    expect(published()).toEqual(event === undefined ? [] : [expected]);
    if (event !== undefined) expect(flawsOf("partner.changed.v1")(published()[0])).toEqual([]);
    expect(skipped()).toEqual([]);
  });
});

describe("a decision on the bus", () => {
  it("is one event, as documented", async () => {
    expect(await failuresOf([streamRecord(decision)])).toEqual([]);
    const [entry, ...others] = double.calls.flatMap(entriesOf);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ EventBusName: "bus", Source: "gatehouse", DetailType: "sign-up.decided.v1", Time: 1_781_524_800 });
    expect(flaws(published()[0])).toEqual([]);
    expect(published()[0]).toMatchObject({ id: `${decision.id}.0`, verdict: "block", email: "kim@contoso.com" });
  });

  it("is also sent as OCSF, in the same call, if the stack sends OCSF; both are retried if one fails", async () => {
    const both = decisionPublisherHandler({ ...awsWorld(), settings: { ...process.env, EVENT_FORMAT: "ocsf" } });
    const records = [streamRecord(decision), streamRecord({ ...decision, id: "next", ipAddress: "192.0.2.7" })];
    expect(await both({ Records: records })).toEqual({ batchItemFailures: [] });
    expect(double.calls.flatMap(entriesOf).map(({ Source, DetailType }) => `${Source} ${DetailType}`)).toEqual(
      Array(2).fill(["gatehouse sign-up.decided.v1", "gatehouse.ocsf ocsf.authentication"]).flat(),
    );
    expect(published()[3]).toMatchObject({ class_uid: 3002, src_endpoint: { ip: "192.0.2.7" } });
    double.will(bus("", "", "", "InternalFailure"));
    expect(await both({ Records: records })).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(records[1]) }] });
  });

  it("keeps its id however often it is sent", async () => {
    const record = streamRecord(decision);
    await publish({ Records: [record] });
    await publish({ Records: [record, streamRecord(decision, "MODIFY")] });
    expect(published().map(({ id }) => id)).toEqual(Array(3).fill(`${decision.id}.0`));
  });

  it("gets another id if it is revised", async () => {
    await publish({ Records: [streamRecord(decision), streamRecord({ ...decision, revision: 1, verdict: "continue" }, "MODIFY")] });
    expect(published().map(({ id }) => id)).toEqual([`${decision.id}.0`, `${decision.id}.1`]);
  });

  it("is not sent again if only the result of a shadowed rule is added", async () => {
    const unfinished = streamRecord({ ...decision, trace: [{ rule: "tried", said: "unfinished", shadow: true }] });
    const added = streamRecord({ ...decision, trace: [{ rule: "tried", said: "block", shadow: true }] }, "MODIFY");
    const withOld = { ...added, dynamodb: { ...added.dynamodb, OldImage: unfinished.dynamodb?.NewImage } } as DynamoDBRecord;
    expect(await failuresOf([unfinished, withOld])).toEqual([]);
    expect(published().map(({ id }) => id)).toEqual([`${decision.id}.0`]);
  });

  it("is not sent again if only an entry that names another person is removed", async () => {
    const whole = streamRecord({ ...decision, trace: [{ rule: "access-list", said: "block", evidence: { entry: "kim@contoso.com" } }] });
    const left = streamRecord({ ...decision, trace: [{ rule: "access-list", said: "block", evidence: {} }] }, "MODIFY");
    const OldImage = { ...whole.dynamodb?.NewImage, entry: { S: "kim@contoso.com" } };
    expect(await failuresOf([{ ...left, dynamodb: { ...left.dynamodb, OldImage } } as DynamoDBRecord])).toEqual([]);
    expect(published()).toEqual([]);
  });

  it("is not sent if it is restored from a backup, but is sent once revised", async () => {
    const marked = (record: DynamoDBRecord, at: string, old?: DynamoDBRecord): DynamoDBRecord => {
      const mark = (of: DynamoDBRecord) => ({ ...of.dynamodb?.NewImage, restored: { S: at } });
      return { ...record, dynamodb: { ...record.dynamodb, NewImage: mark(record), ...(old && { OldImage: mark(old) }) } } as DynamoDBRecord;
    };
    const first = streamRecord(decision);
    const overwritten = { ...streamRecord(decision, "MODIFY") };
    overwritten.dynamodb = { ...overwritten.dynamodb, OldImage: first.dynamodb?.NewImage };
    const revised = streamRecord({ ...decision, revision: 1, verdict: "continue" }, "MODIFY");
    const at = "2026-11-20T03:00:00.000Z";
    expect(await failuresOf([marked(first, at), marked(overwritten, at)])).toEqual([]);
    expect(published()).toEqual([]);
    await publish({ Records: [marked(revised, at, first)] });
    expect(published().map(({ id }) => id)).toEqual([`${decision.id}.1`]);
    expect(flaws(published()[0])).toEqual([]);
  });

  it("contains the recorded attribute values, and no other part of the record", async () => {
    await publish({ Records: [streamRecord(decision), streamRecord({ ...decision, attributes: { extension_PartnerNumber: "P-1" } })] });
    const [without, with_] = published();
    expect(without).not.toHaveProperty("attributes");
    expect(with_?.attributes).toEqual({ extension_PartnerNumber: "P-1" });
    for (const name of ["trace", "durationMs", "expires", "day", "failure"]) expect(with_).not.toHaveProperty(name);
  });

  it("matches the schema for any decision", async () => {
    const all = fc.sample(anyDecision, 200);
    expect(await failuresOf(all.map((record) => streamRecord(record)))).toEqual([]);
    expect(published()).toHaveLength(200);
    for (const detail of published()) expect(flaws(detail)).toEqual([]);
    expect(skipped()).toEqual([]);
  });
});

describe("many decisions", () => {
  it.each([
    { count: 0, calls: [] },
    { count: 10, calls: [10] },
    { count: 11, calls: [10, 1] },
    { count: 100, calls: Array(10).fill(10) },
  ])("are sent in order, at most ten per call: $count", async ({ count, calls }) => {
    expect(await failuresOf(rowsOf(count))).toEqual([]);
    expect(double.calls.map((call) => entriesOf(call).length)).toEqual(calls);
    expect(published().map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => `id-${index}.0`));
  });

  it("are split into calls of at most 256 KB if they are large", async () => {
    await failuresOf(rowsOf(6, () => ({ attributes: { note: "철".repeat(30_000) } })));
    expect(published()).toHaveLength(6);
    expect(double.calls.map((call) => entriesOf(call).length)).toEqual([2, 2, 2]);
    for (const call of double.calls) expect(Buffer.byteLength(call.body)).toBeLessThan(256 * 1024);
  });
});

describe("the publisher of decisions if the bus refuses an event for now", () => {
  it.each(["ThrottlingException", "InternalFailure", "AccessDeniedException", "SomethingNew"])(
    "delivers again from the first of several refused events: %s",
    async (code) => {
      const records = rowsOf(25);
      double.will(bus(), bus("", "", code, "", code));
      expect(await failuresOf(records)).toEqual([sequenceOf(records[12])]);
    },
  );

  it("delivers again from the first event of all if that is refused", async () => {
    const records = rowsOf(3);
    double.will(bus("ThrottlingException"));
    expect(await failuresOf(records)).toEqual([sequenceOf(records[0])]);
  });

  it.each([
    { upstreamFailure: "throttled", answer: refuse("ThrottlingException") },
    { upstreamFailure: "down", answer: text("", 503) },
    { upstreamFailure: "forbidden", answer: refuse("AccessDeniedException") },
    { upstreamFailure: "gone", answer: refuse("ResourceNotFoundException") },
    { upstreamFailure: "cut off", answer: reset },
    { upstreamFailure: "answered by somebody else", answer: text("<html>", 200) },
    { upstreamFailure: "answered without entries", answer: json({}) },
    { upstreamFailure: "answered with too few entries", answer: json({ FailedEntryCount: 0, Entries: [] }) },
  ])("delivers again from the start of the call that is $upstreamFailure, be it the first or the second", async ({ answer }) => {
    const records = rowsOf(25);
    double.will(answer);
    expect(await failuresOf(records)).toEqual([sequenceOf(records[0])]);
    double.will(bus(), answer);
    expect(await failuresOf(records)).toEqual([sequenceOf(records[10])]);
  });

  it("reports no failure if a throttled call then succeeds", async () => {
    double.will(refuse("ThrottlingException"), bus());
    expect(await failuresOf(rowsOf(3))).toEqual([]);
  });

  it("logs how far it came and the cause, and names no person", async () => {
    double.will(bus("", "ThrottlingException"));
    await failuresOf(rowsOf(2));
    expect(output.lines()).toContainEqual(
      expect.objectContaining({ level: "WARN", message: "rows wait", handled: 1, of: 2, why: "ThrottlingException" }),
    );
    expect(output.text()).not.toMatch(/contoso/);
  });

  it("sends all events in the end, without a gap", async () => {
    const records = rowsOf(40);
    double.will(bus(), bus("", "", "", "ThrottlingException"), refuse("AccessDeniedException"), bus("InternalFailure"), bus());
    let rest: readonly DynamoDBRecord[] = records;
    for (let round = 0; rest.length > 0 && round < 10; round++) {
      const [failed] = await failuresOf(rest);
      rest = failed === undefined ? [] : rest.slice(rest.findIndex((record) => sequenceOf(record) === failed));
    }
    expect(rest).toEqual([]);
    const last = double.calls.at(-1);
    expect(
      last &&
        entriesOf(last)
          .map(({ Detail }) => (JSON.parse(Detail) as { id: string }).id)
          .at(-1),
    ).toBe("id-39.0");
    expect(skipped()).toEqual([]);
  });
});

describe("an impossible event does not delay the events after it", () => {
  const { policyVersion: _, ...unversioned } = decision;

  it.each([
    { given: "a row with nothing but a key", row: { id: "x" } },
    { given: "a time that is none", row: { ...decision, at: "yesterday" } },
    { given: "a day that is none", row: { ...decision, at: "2026-02-31T12:00:00.000Z" } },
    { given: "a time long ago", row: { ...decision, at: "0001-06-15T12:00:00.000Z" } },
    { given: "the year before the first", row: { ...decision, at: "2019-12-31T23:59:59.999Z" } },
    { given: "a time far off", row: { ...decision, at: "9999-06-15T12:00:00.000Z" } },
    { given: "a verdict of somebody's own", row: { ...decision, verdict: "perhaps" } },
    { given: "reasons as a text", row: { ...decision, reasons: "x" } },
    { given: "a revision as a text", row: { ...decision, revision: "1" } },
    { given: "a missing field", row: unversioned },
    { given: "attributes as a text", row: { ...decision, attributes: "x" } },
    { given: "a rule as a number", row: { ...decision, rule: 5 } },
    { given: "issuers as a text", row: { ...decision, issuers: "google.com" } },
    { given: "more than a call takes", row: { ...decision, attributes: { note: "x".repeat(300_000) } } },
  ])("$given", async ({ row }) => {
    const records = [...rowsOf(2), streamRecord(row), ...rowsOf(2)];
    expect(await failuresOf(records)).toEqual([]);
    expect(published()).toHaveLength(4);
    expect(skipped()).toHaveLength(1);
    expect(skipped()[0]).toMatchObject({ level: "ERROR", sequenceNumber: sequenceOf(records[2]) });
    expect(counted()).toBe(1);
    expect(output.text()).not.toMatch(/contoso/);
  });

  it.each([
    { given: "no image", record: { eventName: "INSERT", dynamodb: { SequenceNumber: "1" } } },
    { given: "nothing at all", record: { eventName: "INSERT" } },
    { given: "a type DynamoDB does not have", record: { dynamodb: { NewImage: { id: { Q: "x" } }, SequenceNumber: "1" } } },
  ])("$given", async ({ record }) => {
    expect(await failuresOf([record as unknown as DynamoDBRecord, ...rowsOf(1)])).toEqual([]);
    expect(published()).toHaveLength(1);
    expect(skipped()).toHaveLength(1);
  });

  it.each(["MalformedDetail", "InvalidArgument"])("if the bus refuses its entry as %s", async (code) => {
    double.will(bus("", code, ""));
    expect(await failuresOf(rowsOf(3))).toEqual([]);
    expect(skipped()).toMatchObject([{ why: code, row: decision.reference }]);
  });

  /** Refuses the whole call for one of its entries. */
  const refusingFor =
    (id: string): Answer =>
    (response, call) =>
      (entriesOf(call).some(({ Detail }) => Detail.includes(`"${id}.0"`)) ? refuse("ValidationException") : bus())(response, call);
  const idsOf = (call: Parameters<typeof entriesOf>[0]) => entriesOf(call).map(({ Detail }) => (JSON.parse(Detail) as { id: string }).id);

  it("even if the bus refuses the whole call: the events of that call are then sent singly, in order", async () => {
    double.will(refusingFor("id-12"));
    const records = rowsOf(25);
    expect(await failuresOf(records)).toEqual([]);
    const taken = double.calls.filter((call) => !idsOf(call).includes("id-12.0")).flatMap(idsOf);
    expect(taken).toEqual(rowsOf(25).flatMap((_, index) => (index === 12 ? [] : [`id-${index}.0`])));
    expect(double.calls.map((call) => entriesOf(call).length)).toEqual([10, 10, ...Array(10).fill(1), 5]);
    expect(skipped()).toMatchObject([{ why: "ValidationException", sequenceNumber: sequenceOf(records[12]) }]);
    expect(counted()).toBe(1);
  });

  it("and a singly sent event that the bus refuses for now waits, with all events after it", async () => {
    const records = rowsOf(4);
    double.will(refuse("ValidationException"), bus(), refuse("ValidationException"), refuse("AccessDeniedException"));
    expect(await failuresOf(records)).toEqual([sequenceOf(records[2])]);
    expect(skipped()).toMatchObject([{ why: "ValidationException", sequenceNumber: sequenceOf(records[1]) }]);
  });

  it("and is not confused with an event that the bus refuses for now", async () => {
    const records = [streamRecord({ id: "x" }), ...rowsOf(3)];
    double.will(bus("", "ThrottlingException"));
    expect(await failuresOf(records)).toEqual([sequenceOf(records[2])]);
  });

  it("and is logged only after the events before it are sent", async () => {
    const records = [...rowsOf(1), streamRecord({ id: "x" })];
    double.will(bus("ThrottlingException"));
    expect(await failuresOf(records)).toEqual([sequenceOf(records[0])]);
    expect(skipped()).toEqual([]);
  });

  it("and no text of a row is logged as a reference", async () => {
    await failuresOf([streamRecord({ id: "x", reference: "kim@contoso.com" })]);
    expect(output.text()).not.toMatch(/contoso/);
  });

  it("and no row stops the publisher or causes an event that violates the schema", async () => {
    const anyRow = fc.record(
      {
        ...Object.fromEntries(Object.entries(decision).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())])),
        attributes: fc.jsonValue(),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 12 }), async (rows) => {
        double.will(bus());
        expect(await failuresOf(rows.map((row) => streamRecord(row)))).toEqual([]);
        for (const detail of published()) expect(flaws(detail)).toEqual([]);
      }),
    );
  });
});
