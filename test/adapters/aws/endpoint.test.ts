import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { Aws } from "aws-cdk-lib";
import { consoleHost, endpointHost, findPartition, regionFlaw } from "../../../adapters/aws/endpoint";
import { packageRoot } from "../../../lib/app-root";

const region = "us-east-1";
/** The services that the small client calls, by their names in addresses. */
const clients: Readonly<Record<string, { readonly config: { readonly endpointProvider: unknown } }>> = {
  dynamodb: new DynamoDBClient({ region }),
  secretsmanager: new SecretsManagerClient({ region }),
  lambda: new LambdaClient({ region }),
  sts: new STSClient({ region }),
};

/** Where the SDK would call. */
function bySdk(service: string, Region: string, UseFIPS: boolean, UseDualStack: boolean): string {
  const provider = clients[service]?.config.endpointProvider as (parameters: object) => { readonly url: URL };
  return provider({ Region, UseFIPS, UseDualStack }).url.host;
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

it("the SDK's list of regions is found and read", () => {
  expect(regions.length).toBeGreaterThan(40);
  expect(new Set(regions.map(({ partition }) => partition)).size).toBeGreaterThan(7);
});

it.each(regions)("$name is a region of $partition", ({ name, partition }) => {
  expect(findPartition(name)).toBe(partition);
  expect(regionFlaw(name)).toBeUndefined();
});

describe.each(Object.keys(clients))("%s is called at the same address as by the SDK", (service) => {
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

describe("a region in no known partition", () => {
  it("is named in an error that says what to do", () => {
    expect(regionFlaw("moon-west-1")).toMatch(/does not know the AWS region "moon-west-1".*update entra-gatehouse/);
  });

  it("has the same service addresses as in the SDK", () => {
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

it.each(["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])("%s is refused if it is neither true nor false", (name) => {
  expect(() => endpointHost("dynamodb", "us-east-1", { [name]: "yes" })).toThrow(`${name} is neither "true" nor "false"`);
  expect(endpointHost("dynamodb", "us-east-1", { [name]: "" })).toBe("dynamodb.us-east-1.amazonaws.com");
});
