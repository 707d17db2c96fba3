import { hostname, userInfo } from "node:os";
import type { Approver } from "../../engine/approvals/request";
import type { DeploymentOptions } from "../options";

/**
 * Who decides from this terminal: the user of this machine, as far as it knows. CloudTrail's data events know the AWS
 * identity behind a write to the table.
 */
export function approverFrom({ local }: Pick<DeploymentOptions, "local">): Approver {
  return { kind: "cli", name: local ? "local" : `${userName()}@${hostname()}` };
}

/** A container may run as a user that the machine has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
