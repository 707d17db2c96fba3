import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { outputKeyOf, stackNameOf } from "../../adapters/aws/deployment-name";
import { CommandError } from "../failure";
import { requestHandler } from "./sdk-config";

export interface StackOptions {
  /** "Gatehouse", or "Portal/SignUp" where the stack holds more than one construct. */
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
  /** One that only some have. */
  maybe(name: string): string | undefined;
  /** Those of this Gatehouse whose value is a secret's ARN, by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The account that it is in. */
  readonly account: string;
}

/** AWS answers, and there is no such stack. */
export class NoStackError extends CommandError {}

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:/;

/** CloudFormation, with the region and credentials that everything else is asked with. Throws a CommandError for an unknown profile. */
export async function cloudFormation({ region, profile }: Omit<StackOptions, "stack">): Promise<CloudFormationClient> {
  assertProfile(profile);
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  return new CloudFormationClient({
    ...(region && { region }),
    ...(profile && { profile }),
    requestHandler: requestHandler(),
  });
}

/** Asks CloudFormation, with credentials from the SDK's default chain. */
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

/** The named profile is in no file. */
export class UnknownProfileError extends CommandError {}

/** Throws an UnknownProfileError where the profile, or that of AWS_PROFILE, is in neither of AWS's files. */
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

/** The names in brackets of an ini file; none where there is no such file. */
function sections(file: string): readonly string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}
