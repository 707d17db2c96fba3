import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-dynamodb";
import { clockSkew, isPassing } from "../../../adapters/aws/client";
import { packageRoot } from "../../../lib/app-root";

const core = join(packageRoot, "node_modules/@smithy/core");
const { isThrottlingError, isTransientError, isClockSkewError } = require(join(core, "dist-cjs/submodules/retry/index.js")) as Readonly<
  Record<string, (error: object) => boolean>
>;

/** Every code that the SDK's retries know of. It exports none of the lists. */
const codes = [
  ...readFileSync(join(core, "dist-es/submodules/retry/service-error-classification/constants.js"), "utf8").matchAll(/"([A-Z]\w+)"/g),
].flatMap(([, code]) => (code === undefined || /^[A-Z_]+$/.test(code) ? [] : [code]));
const others = ["ConditionalCheckFailedException", "ValidationException", "ResourceNotFoundException", "InternalServerError", "Http400"];

it("the SDK's list of retryable errors is found and read", () => expect(codes.length).toBeGreaterThan(20));

it.each([...codes, ...others])("%s is retried exactly if the SDK retries it", (name) => {
  const statuses = [400, 403, 404, 409, 413, 429, 500, 501, 502, 503, 504, 505];
  const bySdk = statuses.filter((httpStatusCode) => {
    const error = { name, $metadata: { httpStatusCode } };
    return isThrottlingError?.(error) || isTransientError?.(error);
  });
  expect(statuses.filter((status) => isPassing(status, name))).toEqual(bySdk);
});

const dynamodbErrors = Object.entries(sdk as unknown as Readonly<Record<string, unknown>>).filter(
  ([, value]) => typeof value === "function" && value.prototype instanceof sdk.DynamoDBServiceException,
) as readonly [string, new (given: object) => Error & { readonly $retryable?: object }][];

it("DynamoDB's retryable errors are retried", () => {
  const retryable = dynamodbErrors.filter(([, Thrown]) => new Thrown({ message: "", $metadata: {} }).$retryable !== undefined);
  expect(retryable.length).toBeGreaterThan(0);
  for (const [name] of retryable) expect([name, isPassing(400, name)]).toEqual([name, true]);
});

describe("the local clock", () => {
  const given = (code: string, ms: number) => ({
    status: 403,
    text: JSON.stringify({ __type: `x#${code}` }),
    date: new Date(Date.now() + ms).toUTCString(),
  });

  it.each([...codes, ...others])("is a possible cause of %s exactly if the SDK says so", (name) => {
    expect(clockSkew(given(name, 600_000), 0) !== undefined).toBe(isClockSkewError?.({ name }));
  });

  it.each([
    { when: "ten minutes ahead", ms: -600_000, known: 0, wrong: true },
    { when: "three minutes behind", ms: 180_000, known: 0, wrong: false },
    { when: "known to be ten minutes behind", ms: 600_000, known: 600_000, wrong: false },
    { when: "right again", ms: 0, known: 600_000, wrong: true },
  ])("counts as wrong if the known correction leaves it far from the time of AWS: $when", ({ ms, known, wrong }) =>
    expect(clockSkew(given("RequestExpired", ms), known) !== undefined).toBe(wrong),
  );

  it.each([
    { given: "a success", reply: { ...given("RequestExpired", 600_000), status: 200 } },
    { given: "no date", reply: { ...given("RequestExpired", 600_000), date: undefined } },
  ])("is not considered wrong after an answer with $given", ({ reply }) => expect(clockSkew(reply, 0)).toBeUndefined());
});
