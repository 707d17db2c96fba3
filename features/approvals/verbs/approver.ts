import type { DeploymentOptions } from "../../../cli/command";
import { type Deployment, userHere } from "../../../cli/deployment";
import type { Decider } from "../../../engine/operator/actor";
import { findMeantRequests } from "../deciding";
import type { Approver } from "../request";
import { type ApprovalStore, approvalStore } from "../store/approvals";

/** @param warn called for each unreadable request, which lists omit */
export function openApprovals({ dynamodb, tableOf }: Deployment, warn?: (line: string) => void): ApprovalStore {
  return approvalStore(dynamodb, tableOf("approvals"), warn && (({ message, id }) => warn(`${message} Its id: ${id}`)));
}

/** The user of this machine. CloudTrail's data events show which AWS identity wrote to the table. */
export function readApprover(): Approver {
  return { kind: "cli", name: userHere() };
}

/** The caller. The names and the ARN show whether a request is the caller's own, or asks an approver who delegated to the caller. */
export async function readActor({ local = false }: Pick<DeploymentOptions, "local">, { caller }: Pick<Deployment, "caller">) {
  const name = userHere();
  if (local) return { by: name, name, via: "command", decider: { names: [name] } as Decider } as const;
  const arn = await caller();
  return { by: arn, name, via: "command", decider: { names: [name, arn], arn } as Decider } as const;
}

/** A hint if the code belongs to a request. Undefined if no request has the code, or without permission to read requests. */
export async function findRequestId(reference: string, deployment: Deployment): Promise<string | undefined> {
  const requests = await findMeantRequests(openApprovals(deployment), reference).catch(() => []);
  if (requests === undefined || requests.length === 0) return undefined;
  return `${reference} is the code of a request to be let in: npm run gate -- approvals show ${reference} has it.`;
}
