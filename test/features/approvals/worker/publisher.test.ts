import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";
import {
  ACCOUNT_CREATED,
  ACCOUNT_FAILED,
  APPROVAL_DECIDED,
  APPROVAL_EXPIRED,
  APPROVAL_REQUESTED,
} from "../../../../features/approvals/build-event";
import type { ApprovalRequest, Stored } from "../../../../features/approvals/request";
import {
  approve,
  claim,
  complete,
  deny,
  expire,
  fail,
  hashCall,
  release,
  reopen,
  retry,
  storeAccount,
  strip,
  submit,
  usePass,
} from "../../../../features/approvals/transitions";
import { approvalPublisherHandler } from "../../../../features/approvals/worker/publisher";
import { packageRoot } from "../../../../lib/app-root";
import { type Answer, type AwsDouble, json, refuse, startAwsDouble } from "../../../adapters/aws/aws-double";
import { hashOf } from "../../../engine/sign-up/people";
import { flawsOf, schemaOf } from "../../../events/schema";
import { awsWorld, captureOutput } from "../../../lambda/invoke";
import { alice, asking, bob, DAY, kim, later, pending, rowOf } from "../requests";

const types = [APPROVAL_REQUESTED, APPROVAL_DECIDED, APPROVAL_EXPIRED, ACCOUNT_CREATED, ACCOUNT_FAILED];

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Time: number;
  readonly Detail: string;
}

let sequence = 0;
/** The table's stream on one write. */
function changed(before: Stored | object, after: object): DynamoDBRecord {
  const image = (row: object) => marshall(row, { removeUndefinedValues: true, allowImpreciseNumbers: true }) as never;
  sequence++;
  const images = { Keys: { id: { S: "x" } }, NewImage: image(after), ...(before && { OldImage: image(before) }) };
  return { eventName: before ? "MODIFY" : "INSERT", dynamodb: { ...images, SequenceNumber: String(sequence) } };
}

const hold = { holder: "worker", leaseMs: 60_000 };
const requested = pending();
const approved = rowOf(approve(requested, { by: alice }, later(1)));
const working = rowOf(claim(approved, hold, later(2)));
const halfway = rowOf(storeAccount(working, "worker", { id: "account" }, later(3)));
const provisioned = rowOf(complete(halfway, "worker", { id: "account" }, later(4)));
const denied = rowOf(deny(requested, { by: bob, note: "Unknown to us." }, later(1)));
const failed = rowOf(fail(working, "worker", { reason: "attribute-refused", detail: "city" }, later(3)));
const passing = rowOf(approve(pending({ onApproval: "continue" }), { by: alice }, later(1)));

let double: AwsDouble;
let output: ReturnType<typeof captureOutput>;
let publish: ReturnType<typeof approvalPublisherHandler>;

const entriesOf = ({ input }: { readonly input: Record<string, unknown> }) => input.Entries as readonly Entry[];
const taken: Answer = (response, call) =>
  json({ FailedEntryCount: 0, Entries: entriesOf(call).map((_, index) => ({ EventId: String(index) })) })(response, call);

beforeAll(async () => {
  double = await startAwsDouble();
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_EVENTBRIDGE: double.endpoint,
    EVENT_BUS: "bus",
  });
  publish = approvalPublisherHandler(awsWorld());
});
afterAll(() => double.close());
beforeEach(() => {
  output = captureOutput();
  double.will(taken);
});
afterEach(() => output.release());

const failuresOf = async (...Records: DynamoDBRecord[]) => (await publish({ Records })).batchItemFailures;
const published = () =>
  double.calls
    .flatMap(entriesOf)
    .map(({ DetailType, Detail }) => ({ type: DetailType, detail: JSON.parse(Detail) as Record<string, unknown> }));
const skipped = () => output.lines().filter(({ message }) => message === "row skipped");

it("an event is not sent while it cannot be audited, and its change is delivered again", async () => {
  const tables = { call: () => Promise.reject(new Error("down")) } as never;
  vi.stubEnv("AUDIT_TABLE", "audit");
  const audited = approvalPublisherHandler({ ...awsWorld(), tables });
  vi.unstubAllEnvs();
  const record = changed(requested, denied);
  expect((await audited({ Records: [record] })).batchItemFailures).toEqual([{ itemIdentifier: record.dynamodb?.SequenceNumber }]);
  expect(published()).toEqual([]);
});

describe("the event for a change of a request", () => {
  const told = {
    requestId: requested.id,
    reference: requested.reference,
    email: "kim@contoso.com",
    issuers: ["google.com"],
    locales: ["en"],
  };

  it.each([
    { given: "asked", before: undefined, after: requested, type: APPROVAL_REQUESTED, detail: { displayName: "Kim", emailProven: true } },
    {
      given: "approved",
      before: requested,
      after: approved,
      type: APPROVAL_DECIDED,
      detail: { state: "approved", decision: { by: alice } },
    },
    {
      given: "denied",
      before: requested,
      after: denied,
      type: APPROVAL_DECIDED,
      detail: { state: "denied", decision: { verdict: "denied", by: bob, note: "Unknown to us." } },
    },
    {
      given: "approved, then denied",
      before: approved,
      after: rowOf(deny(approved, { by: bob }, later(2))),
      type: APPROVAL_DECIDED,
      detail: { state: "denied", decision: { verdict: "denied", by: bob } },
    },
    {
      given: "failed, then denied",
      before: failed,
      after: rowOf(deny(failed, { by: bob }, later(4))),
      type: APPROVAL_DECIDED,
      detail: { state: "denied", decision: { verdict: "denied", by: bob } },
    },
    {
      given: "a pass taken back",
      before: passing,
      after: rowOf(deny(passing, { by: bob }, later(2))),
      type: APPROVAL_DECIDED,
      detail: { state: "denied", decision: { verdict: "denied", by: bob } },
    },
    {
      given: "given a pass",
      before: pending({ onApproval: "continue" }),
      after: passing,
      type: APPROVAL_DECIDED,
      detail: { passUntil: passing.passUntil },
    },
    {
      given: "never answered",
      before: requested,
      after: rowOf(expire(requested, later(15 * DAY))),
      type: APPROVAL_EXPIRED,
      detail: { from: "pending" },
    },
    {
      given: "not used in time",
      before: passing,
      after: rowOf(expire(passing, later(8 * DAY))),
      type: APPROVAL_EXPIRED,
      detail: { from: "approved" },
    },
    { given: "provisioned", before: halfway, after: provisioned, type: ACCOUNT_CREATED, detail: { accountId: "account" } },
    {
      given: "failed",
      before: working,
      after: failed,
      type: ACCOUNT_FAILED,
      detail: { failure: { reason: "attribute-refused", detail: "city" } },
    },
    { given: "reopened", before: denied, after: rowOf(reopen(denied, { by: alice }, later(5))), type: APPROVAL_REQUESTED, detail: {} },
    {
      given: "asked anew, the last request unanswered",
      before: requested,
      after: rowOf(submit(requested, asking(), later(20 * DAY))),
      type: APPROVAL_REQUESTED,
      detail: { reference: expect.not.stringContaining(requested.reference) },
    },
  ])("has the type of the change ($given): $type", async ({ before, after, type, detail }) => {
    expect(await failuresOf(changed(before, after))).toEqual([]);
    expect(published()).toEqual([{ type, detail: expect.objectContaining({ ...told, ...nested(detail) }) }]);
    expect(flawsOf(type)(published()[0]?.detail)).toEqual([]);
    expect(double.calls.flatMap(entriesOf)[0]).toMatchObject({ Source: "gatehouse", Time: Date.parse(after.changedAt) / 1_000 });
  });

  it.each([
    { given: "a worker's lease", before: approved, after: working },
    { given: "a worker's progress", before: working, after: halfway },
    { given: "a try given back", before: working, after: rowOf(release(working, "worker", later(60_000), later(3))) },
    { given: "another try", before: failed, after: rowOf(retry(failed, { by: alice }, later(5))) },
    { given: "a person let through", before: passing, after: rowOf(usePass(passing, hashCall(kim, hashOf), later(5))) },
    { given: "values forgotten", before: denied, after: rowOf(strip(denied, later(40 * DAY))) },
    { given: "a column of somebody's own", before: requested, after: { ...requested, colour: "blue" } },
    { given: "a table put back from a backup", before: undefined, after: provisioned },
  ])("is omitted if the change is $given", async ({ before, after }) => {
    expect(await failuresOf(changed(before, after))).toEqual([]);
    expect(published()).toEqual([]);
    expect(skipped()).toEqual([]);
  });

  it("contains the person's invitation link only if the row has the link", async () => {
    const redeemUrl = "https://login.microsoftonline.com/redeem?rd=x";
    await failuresOf(changed(halfway, provisioned), changed(halfway, { ...provisioned, account: { id: "account", redeemUrl } }));
    expect(published().map(({ detail }) => detail.redeemUrl)).toEqual([undefined, redeemUrl]);
    for (const { detail } of published()) expect(flawsOf(ACCOUNT_CREATED)(detail)).toEqual([]);
  });
});

/** Members that are objects need not be told whole. */
function nested(detail: object): object {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, name === "decision" ? expect.objectContaining(value as object) : value]),
  );
}

describe("a change that cannot be an event delays no others", () => {
  it.each([
    { given: "a row with nothing but a key", before: undefined, after: { id: "x" } },
    { given: "a time that is none", before: requested, after: { ...approved, changedAt: "yesterday" } },
    { given: "a distant time", before: requested, after: { ...approved, changedAt: "9999-06-15T12:00:00.000Z" } },
    { given: "a decision of somebody's own", before: requested, after: { ...approved, decision: { verdict: "perhaps" } } },
    { given: "an address that is none", before: undefined, after: { ...requested, email: 5 } },
    { given: "identities that are none", before: undefined, after: { ...requested, identities: [null] } },
  ])("$given", async ({ before, after }) => {
    expect(await failuresOf(changed(before, after), changed(undefined, requested))).toEqual([]);
    expect(published().map(({ type }) => type)).toEqual([APPROVAL_REQUESTED]);
    expect(skipped()).toHaveLength(1);
    expect(output.text()).not.toMatch(/contoso/);
  });

  it("a row that was unreadable reports its present state once it is corrected", async () => {
    await failuresOf(changed({ ...requested, answerBy: "tomorrow" }, requested));
    expect(published()).toMatchObject([{ type: APPROVAL_REQUESTED }]);
  });

  it("a refused event is delivered again, even if changes without events precede it in the batch", async () => {
    const records = [changed(approved, working), changed(undefined, requested), changed(requested, denied)];
    double.will(refuse("AccessDeniedException"));
    expect(await failuresOf(...records)).toEqual([{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }]);
  });

  it("no row stops the publisher, and no event violates its schema", async () => {
    const rows: readonly ApprovalRequest[] = [requested, approved, denied, provisioned, failed];
    const anyRow = fc
      .constantFrom(...rows)
      .chain((row) =>
        fc.record(
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [name, fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, fc.jsonValue())]),
          ),
          { noNullPrototype: true },
        ),
      );
    const pair = fc.tuple(fc.constantFrom(undefined, requested, working), anyRow);
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 8 }), async (pairs) => {
        double.will(taken);
        expect(await failuresOf(...pairs.map(([before, after]) => changed(before, after)))).toEqual([]);
        for (const { type, detail } of published()) expect(flawsOf(type)(detail)).toEqual([]);
      }),
    );
  });
});

describe("the schemas", () => {
  const page = readFileSync(join(packageRoot, "docs", "events.md"), "utf8");

  it.each(types)("%s describes the meaning of every field", (type) => {
    for (const property of Object.values(schemaOf(type).properties)) expect(property).toHaveProperty("description");
  });

  it("are listed in docs/events.md", () => {
    for (const type of types) expect(page).toContain(`](schemas/${type}.json)`);
  });
});
