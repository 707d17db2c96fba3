import { hostname, userInfo } from "node:os";
import { type CallerIdentity, callerIdentity } from "../adapters/aws/caller-identity";
import type { ClientOptions } from "../adapters/aws/client";

/** A list is not kept waiting for longer to learn who changes it. */
const TIMEOUT_MS = 5_000;

/** The user of this machine: `kim@laptop`. */
export function userHere(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run as a user that the machine has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

/** The ARN of the AWS identity that calls; where AWS does not say, the user of this machine. */
export async function awsCaller(access: ClientOptions): Promise<string> {
  const { arn = userHere() }: CallerIdentity = await callerIdentity(access, AbortSignal.timeout(TIMEOUT_MS)).catch(() => ({}));
  return arn;
}
