import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";
import { referenceFor } from "../../engine/sign-up/call";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { steps } from "../../engine/sign-up/sign-up";

/** A decision as a sign-up leaves it. */
export const decision: DecisionRecord = {
  id: "QmF0Y2hJZGVudGlmaWVyQQ",
  reference: referenceFor("QmF0Y2hJZGVudGlmaWVyQQ"),
  at: "2026-06-15T12:00:00.000Z",
  step: "before-create-user",
  source: "b2b",
  email: "kim@contoso.com",
  emailProven: true,
  issuers: ["google.com"],
  verdict: "block",
  rule: "access-list",
  reasons: ["access-list.denied"],
  trace: [{ rule: "access-list", said: "block", reasons: ["access-list.denied"], evidence: { entry: "contoso.com", level: "domain" } }],
  changed: [],
  durationMs: 7,
  policyVersion: "0123456789ab",
  revision: 0,
};

/** Any decision that `buildDecisionRecord` can make. */
export const anyDecision: fc.Arbitrary<DecisionRecord> = fc
  .record(
    {
      id: fc.string({ minLength: 1, maxLength: 22 }),
      at: fc
        .date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true })
        .map((date) => date.toISOString()),
      step: fc.constantFrom(...steps),
      verdict: fc.constantFrom("continue" as const, "block" as const, "invalid" as const),
      person: fc.option(fc.record({ email: fc.emailAddress(), issuers: fc.array(fc.domain(), { maxLength: 3 }) }), { nil: undefined }),
      rule: fc.option(fc.string(), { nil: undefined }),
      reasons: fc.array(fc.string(), { maxLength: 3 }),
      changed: fc.array(fc.string(), { maxLength: 3 }),
      attributes: fc.option(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.integer())), { nil: undefined }),
      revision: fc.nat(),
    },
    { noNullPrototype: true },
  )
  .map(({ person, rule, attributes, ...rest }) => ({
    ...rest,
    ...person,
    ...(rule !== undefined && { rule }),
    ...(attributes !== undefined && { attributes }),
    reference: referenceFor(rest.id),
    source: "b2b",
    trace: [],
    durationMs: 7,
    policyVersion: "0123456789ab",
  }));

let sequence = 0;

/** A row as the table's stream brings it. */
export function streamRecord(row: object, eventName: DynamoDBRecord["eventName"] = "INSERT"): DynamoDBRecord {
  type Image = NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>;
  const NewImage = marshall(row, { removeUndefinedValues: true, allowImpreciseNumbers: true }) as Image;
  const { reference = { S: "K7QD-9MXD" }, id = { S: "x" } } = NewImage;
  return { eventName, dynamodb: { Keys: { reference, id }, NewImage, SequenceNumber: String(++sequence) } };
}
