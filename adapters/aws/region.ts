import { awsPartitions, STANDARD } from "./endpoint";

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
