import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { Aws } from "aws-cdk-lib";
import { consoleHost, endpointHost, partitionOf, regionFlaw } from "../../../adapters/aws/endpoint";
import { packageRoot } from "../../../lib/package-root";

const region = "us-east-1";
/** The services of ours of which the SDK is installed, by their names in addresses. */
const clients: Readonly<Record<string, { readonly config: { readonly endpointProvider: unknown } }>> = {
  dynamodb: new DynamoDBClient({ region }),
  secretsmanager: new SecretsManagerClient({ region }),
  "our-bucket.s3": new S3Client({ region }),
  email: new SESv2Client({ region }),
};

/** Where the SDK would call. */
function bySdk(service: string, Region: string, UseFIPS: boolean, UseDualStack: boolean): string {
  const provider = clients[service]?.config.endpointProvider as (parameters: object) => { readonly url: URL };
  const bucket = service.endsWith(".s3") ? { Bucket: service.slice(0, -".s3".length) } : {};
  return provider({ Region, UseFIPS, UseDualStack, ...bucket }).url.host;
}

interface SdkPartition {
  readonly id: string;
  readonly regions: Readonly<Record<string, unknown>>;
}

/** The SDK's own list. It exports the look-up alone. */
function sdkPartitions(): readonly SdkPartition[] {
  const file = join(packageRoot, "node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js");
  const [, json] = /^export const partitionsInfo = (\{.*\});\s*$/s.exec(readFileSync(file, "utf8")) ?? [];
  return (JSON.parse(json ?? "{}") as { readonly partitions: readonly SdkPartition[] }).partitions;
}

const regions = sdkPartitions().flatMap(({ id, regions }) =>
  Object.keys(regions).flatMap((name) => (name.endsWith("-global") ? [] : [{ name, partition: id }])),
);

it("the SDK's list is read", () => {
  expect(regions.length).toBeGreaterThan(40);
  expect(new Set(regions.map(({ partition }) => partition)).size).toBeGreaterThan(7);
});

it.each(regions)("$name is a region of $partition", ({ name, partition }) => {
  expect(partitionOf(name)).toBe(partition);
  expect(regionFlaw(name)).toBeUndefined();
});

describe.each(Object.keys(clients))("%s answers where the SDK calls it", (service) => {
  it.each([
    { fips: false, dualStack: false },
    { fips: true, dualStack: false },
    { fips: false, dualStack: true },
    { fips: true, dualStack: true },
  ])("in every region, FIPS: $fips, dual-stack: $dualStack", ({ fips, dualStack }) => {
    const settings = { AWS_USE_FIPS_ENDPOINT: `${fips}`, AWS_USE_DUALSTACK_ENDPOINT: `${dualStack}` };
    // AWS has no FIPS endpoints in China: the SDK's clients disagree about what to call there.
    const asked = regions.filter(({ partition }) => !(fips && partition === "aws-cn"));
    const ours = asked.map(({ name }) => endpointHost(service, name, settings));
    expect(ours).toEqual(asked.map(({ name }) => bySdk(service, name, fips, dualStack)));
  });
});

// From the rule sets of the SDK's clients that are not installed.
it.each([
  { service: "events", region: "us-gov-west-1", fips: "events.us-gov-west-1.amazonaws.com", both: "events.us-gov-west-1.api.aws" },
  {
    service: "monitoring",
    region: "us-gov-east-1",
    fips: "monitoring.us-gov-east-1.amazonaws.com",
    both: "monitoring.us-gov-east-1.api.aws",
  },
  { service: "sts", region: "us-gov-west-1", fips: "sts.us-gov-west-1.amazonaws.com", both: "sts-fips.us-gov-west-1.api.aws" },
  { service: "ssm", region: "us-gov-east-1", fips: "ssm.us-gov-east-1.amazonaws.com", both: "ssm-fips.us-gov-east-1.api.aws" },
  {
    service: "lambda",
    region: "us-gov-east-1",
    fips: "lambda-fips.us-gov-east-1.amazonaws.com",
    both: "lambda-fips.us-gov-east-1.api.aws",
  },
  { service: "events", region: "us-east-1", fips: "events-fips.us-east-1.amazonaws.com", both: "events-fips.us-east-1.api.aws" },
])("$service in $region, with FIPS: $fips, by IPv6 too: $both", ({ service, region, fips, both }) => {
  expect(endpointHost(service, region, { AWS_USE_FIPS_ENDPOINT: "true" })).toBe(fips);
  expect(endpointHost(service, region, { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" })).toBe(both);
});

describe("a region of no partition", () => {
  it("is named, with what to do", () => {
    expect(regionFlaw("moon-west-1")).toMatch(/does not know the AWS region "moon-west-1".*update entra-gatehouse/);
  });

  it("is called as the SDK calls it", () => {
    expect(endpointHost("dynamodb", "moon-west-1", {})).toBe(bySdk("dynamodb", "moon-west-1", false, false));
  });
});

it.each([
  { region: "eu-west-1", host: "eu-west-1.console.aws.amazon.com" },
  { region: "cn-north-1", host: "cn-north-1.console.amazonaws.cn" },
  { region: "eusc-de-east-1", host: "eusc-de-east-1.console.amazonaws-eusc.eu" },
  { region: "us-gov-west-1", host: "us-gov-west-1.console.amazonaws-us-gov.com" },
  { region: "us-iso-east-1", host: undefined },
  // As the CDK writes the region of a stack that may go anywhere.
  { region: Aws.REGION, host: `${Aws.REGION}.console.aws.amazon.com` },
])("the console of $region is $host", ({ region, host }) => expect(consoleHost(region)).toBe(host));

it.each(["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])("%s that is neither true nor false is an error", (name) => {
  expect(() => endpointHost("dynamodb", "us-east-1", { [name]: "yes" })).toThrow(`${name} is neither "true" nor "false"`);
  expect(endpointHost("dynamodb", "us-east-1", { [name]: "" })).toBe("dynamodb.us-east-1.amazonaws.com");
});
