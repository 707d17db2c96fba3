import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CommandError } from "../failure";
import { requestHandler } from "./sdk-config";

export interface StackOptions {
  /** "Gatehouse", or "Portal/SignUp" if the stack contains several constructs. */
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** All other clients of the command take their region and credentials from this client's configuration. Throws an UnknownProfileError. */
export async function cloudFormation({ region, profile }: Omit<StackOptions, "stack">): Promise<CloudFormationClient> {
  assertProfile(profile);
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  return new CloudFormationClient({
    ...(region && { region }),
    ...(profile && { profile }),
    requestHandler: requestHandler(),
  });
}

export class UnknownProfileError extends CommandError {}

/** Throws an UnknownProfileError if neither of AWS's files contains the profile. @default the profile in AWS_PROFILE */
export function assertProfile(profile: string | undefined = process.env.AWS_PROFILE): void {
  if (profile === undefined || profile === "" || profile === "default") return;
  const there = profiles();
  if (there.includes(profile)) return;
  const profileWords = there.length === 0 ? "there is none: run aws configure" : `there are ${there.join(", ")}`;
  throw new UnknownProfileError(`There is no AWS profile ${profile}; ${profileWords}.`);
}

function profiles(): readonly string[] {
  const folder = join(homedir(), ".aws");
  const config = sections(process.env.AWS_CONFIG_FILE ?? join(folder, "config")).flatMap((name) =>
    name === "default" ? [name] : (/^profile\s+(.+)$/.exec(name)?.slice(1) ?? []),
  );
  const credentials = sections(process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"));
  return [...new Set([...config, ...credentials])].map((name) => name.replace(/^(["'])(.*)\1$/, "$2")).sort();
}

/** The names of the file's sections. Empty if the file does not exist. */
function sections(file: string): readonly string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}
