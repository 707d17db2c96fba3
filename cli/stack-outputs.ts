import { outputKeyOf, stackNameOf } from "../adapters/aws/deployment-name";
import { CommandError } from "./failure";

export interface StackOptions {
  /** "Gatehouse", or "Portal/SignUp" where the stack holds more than one construct. */
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
}

/** What a deployed stack tells, and the region and credentials with which it was asked. */
export interface DeployedStack {
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  /** An output that every Gatehouse stack has. */
  output(name: string): string;
  /** One that only some have. */
  maybe(name: string): string | undefined;
}

/** Asks CloudFormation, with credentials from the SDK's default chain. */
export async function deployedStack({ stack, region, profile }: StackOptions): Promise<DeployedStack> {
  const { CloudFormationClient, DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient({ ...(region && { region }), ...(profile && { profile }) });
  const usedRegion = await client.config.region();
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackNameOf(stack) })).catch((error: unknown) => {
    if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message)) {
      throw new CommandError(`There is no stack ${stackNameOf(stack)} in ${usedRegion}: see --stack, --region and --profile.`);
    }
    throw error;
  });
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  const maybe = (name: string) => outputs.find(({ OutputKey }) => OutputKey === outputKeyOf(stack, name))?.OutputValue;
  return {
    region: usedRegion,
    credentials: () => client.config.credentials(),
    maybe,
    output(name) {
      const value = maybe(name);
      if (value === undefined) {
        throw new CommandError(
          `The stack ${stack} in ${usedRegion} is no Gatehouse, or an older one to be deployed again: it has no output ${name}.`,
        );
      }
      return value;
    },
  };
}
