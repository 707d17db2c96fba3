import type { Deployment } from "../../../cli/deployment";
import { requestsMeant } from "../deciding";
import { approvalsAt } from "./approver";

/** Explains the code of a request. Undefined without permission to read requests. */
export async function requestOfCode(reference: string, deployment: Deployment): Promise<string | undefined> {
  const found = await requestsMeant(approvalsAt(deployment), reference).catch(() => []);
  if (found === undefined || found.length === 0) return undefined;
  return `${reference} is the code of a request to be let in: npm run gate -- approvals show ${reference} has it.`;
}
