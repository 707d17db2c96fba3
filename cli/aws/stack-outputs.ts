import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { outputKeyOf, stackNameOf } from "../../adapters/aws/deployment-name";
import { CommandError } from "../failure";
import { requestHandler } from "./sdk-config";

export interface StackOptions {
  /** "Gatehouse", or "Portal/SignUp" if the stack contains several constructs. */
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A stack's outputs, with the region and credentials that read them. */
interface DeployedStack {
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  /** An output that every Gatehouse stack has. */
  output(name: string): string;
  /** An output that only some stacks have. */
  maybe(name: string): string | undefined;
  /** This Gatehouse's outputs whose value is a secret's ARN, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly account: string;
}

/** AWS responds, but the stack does not exist. */
export class NoStackError extends CommandError {}

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:/;

/** A client of CloudFormation, with the region and credentials for all other calls. Throws a CommandError for an unknown profile. */
export async function cloudFormation({ region, profile }: Omit<StackOptions, "stack">): Promise<CloudFormationClient> {
  assertProfile(profile);
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  return new CloudFormationClient({
    ...(region && { region }),
    ...(profile && { profile }),
    requestHandler: requestHandler(),
  });
}

/** Reads the stack from CloudFormation, with credentials from the SDK's default chain. */
export async function deployedStack({ stack, region, profile }: StackOptions): Promise<DeployedStack> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await cloudFormation({ region, profile });
  const usedRegion = await client.config.region();
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackNameOf(stack) })).catch((error: unknown) => {
    if (error instanceof Error && error.name === "ValidationError" && /does not exist/.test(error.message)) {
      throw new NoStackError(`There is no stack ${stackNameOf(stack)} in ${usedRegion}: see --stack, --region and --profile.`);
    }
    throw error;
  });
  const outputs = answer.Stacks?.[0]?.Outputs ?? [];
  const maybe = (name: string) => outputs.find(({ OutputKey }) => OutputKey === outputKeyOf(stack, name))?.OutputValue;
  const prefix = outputKeyOf(stack, "");
  const named = outputs.flatMap(({ OutputKey = "", OutputValue = "" }) =>
    OutputKey.startsWith(prefix) && SECRET_ARN.test(OutputValue) ? [[OutputKey.slice(prefix.length), OutputValue] as const] : [],
  );
  return {
    region: usedRegion,
    secrets: Object.fromEntries(named),
    account: answer.Stacks?.[0]?.StackId?.split(":")[4] ?? "",
    credentials: () => client.config.credentials(),
    maybe,
    output(name) {
      const value = maybe(name);
      if (value === undefined) {
        throw new CommandError(
          `The stack ${stack} in ${usedRegion} is not a Gatehouse, or an older one to be deployed again: it has no output ${name}.`,
        );
      }
      return value;
    },
  };
}

/** No file contains the named profile. */
export class UnknownProfileError extends CommandError {}

/** Throws an UnknownProfileError if neither of AWS's files contains the profile, or that of AWS_PROFILE. */
export function assertProfile(profile: string | undefined = process.env.AWS_PROFILE): void {
  if (profile === undefined || profile === "" || profile === "default") return;
  const there = profiles();
  if (there.includes(profile)) return;
  const known = there.length === 0 ? "there is none: run aws configure" : `there are ${there.join(", ")}`;
  throw new UnknownProfileError(`There is no AWS profile ${profile}; ${known}.`);
}

function profiles(): readonly string[] {
  const folder = join(homedir(), ".aws");
  const config = sections(process.env.AWS_CONFIG_FILE ?? join(folder, "config")).flatMap((name) =>
    name === "default" ? [name] : (/^profile\s+(.+)$/.exec(name)?.slice(1) ?? []),
  );
  const credentials = sections(process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"));
  return [...new Set([...config, ...credentials])].map((name) => name.replace(/^(["'])(.*)\1$/, "$2")).sort();
}

/** The section names of an ini file; none if the file does not exist. */
function sections(file: string): readonly string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}
