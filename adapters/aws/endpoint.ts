import type { Variables } from "./environment";

interface Partition {
  /** The partition's name in ARNs. */
  readonly id: string;
  readonly regions: RegExp;
  /** The domain of ordinary hosts. The member `dualStackDomain` is the domain of hosts that also answer by IPv6. */
  readonly domain: string;
  readonly dualStackDomain: string;
}

export const STANDARD: Partition = {
  id: "aws",
  regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  domain: "amazonaws.com",
  dualStackDomain: "api.aws",
};

/** The same partitions as in the AWS SDK: `test/adapters/aws/endpoint.test.ts` compares the two. */
export const awsPartitions: readonly Partition[] = [
  STANDARD,
  { id: "aws-cn", regions: /^cn-\w+-\d+$/, domain: "amazonaws.com.cn", dualStackDomain: "api.amazonwebservices.com.cn" },
  { id: "aws-eusc", regions: /^eusc-de-\w+-\d+$/, domain: "amazonaws.eu", dualStackDomain: "api.amazonwebservices.eu" },
  { id: "aws-us-gov", regions: /^us-gov-\w+-\d+$/, domain: "amazonaws.com", dualStackDomain: "api.aws" },
  { id: "aws-iso", regions: /^us-iso-\w+-\d+$/, domain: "c2s.ic.gov", dualStackDomain: "api.aws.ic.gov" },
  { id: "aws-iso-b", regions: /^us-isob-\w+-\d+$/, domain: "sc2s.sgov.gov", dualStackDomain: "api.aws.scloud" },
  { id: "aws-iso-e", regions: /^eu-isoe-\w+-\d+$/, domain: "cloud.adc-e.uk", dualStackDomain: "api.cloud-aws.adc-e.uk" },
  { id: "aws-iso-f", regions: /^us-isof-\w+-\d+$/, domain: "csp.hci.ic.gov", dualStackDomain: "api.aws.hci.ic.gov" },
];

/** Partitions in which Secrets Manager's ordinary address also answers by IPv6. */
const secretsByIpv6: ReadonlySet<string> = new Set(["aws", "aws-cn", "aws-us-gov"]);

/**
 * Returns the host of a service in a region. If the region matches no partition, uses AWS's standard partition, as the SDK does, because
 * AWS adds new regions there.
 */
export function endpointHost(service: string, region: string, settings: Variables): string {
  const isFips = flag("AWS_USE_FIPS_ENDPOINT", settings);
  const isDualStack = flag("AWS_USE_DUALSTACK_ENDPOINT", settings);
  const { id, domain, dualStackDomain } = awsPartitions.find(({ regions }) => regions.test(region)) ?? STANDARD;
  // In GovCloud, DynamoDB and STS have no separate FIPS host, except by IPv6: their ordinary hosts already meet FIPS 140.
  const isPlain = id === "aws-us-gov" && /^(dynamodb|sts)$/.test(service) && !isDualStack;
  const host = isFips && !isPlain ? `${service}-fips` : service;
  if (!isDualStack || (service === "secretsmanager" && secretsByIpv6.has(id))) return `${host}.${region}.${domain}`;
  return `${host}.${region}.${dualStackDomain}`;
}

/** Throws on any value but "true" and "false", as the SDK does: a mistyped value must not count as either. */
function flag(name: string, settings: Variables): boolean {
  const value = settings[name];
  if (value === undefined || value === "" || value === "false") return false;
  if (value === "true") return true;
  throw new Error(`The environment variable ${name} is neither "true" nor "false".`);
}

export function findPartition(region: string): string | undefined {
  return awsPartitions.find(({ regions }) => regions.test(region))?.id;
}

/** The domain of each partition's web console, if AWS publishes it. */
const consoles: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-eusc": "console.amazonaws-eusc.eu",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

export function consoleHost(region: string): string | undefined {
  const console = consoles[findPartition(region) ?? STANDARD.id];
  return console && `${region}.${console}`;
}

export function regionFlaw(region: string): string | undefined {
  if (findPartition(region) !== undefined) return undefined;
  const partitionIds = awsPartitions.map(({ id }) => id).join(", ");
  return `Gatehouse does not know the AWS region "${region}", so it cannot tell where AWS's services answer there. Check the name, or update entra-gatehouse: it knows the partitions ${partitionIds}.`;
}
