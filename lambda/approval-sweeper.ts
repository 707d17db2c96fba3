import type { Context } from "aws-lambda";
import { provisioningSettings } from "../adapters/aws/approval-settings";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { credentialCertificateEnd, daysLeft } from "../adapters/graph/certificate-ends";
import { approvalStore, type RequestName } from "../adapters/tables/approvals";
import type { ApprovalRequest, ApprovalState } from "../engine/approvals/request";
import { expire, KEPT_MS, strip } from "../engine/approvals/transitions";
import { readReference } from "../engine/sign-up/call";
import { MS_PER_DAY } from "../engine/sign-up/time";
import { LEASE_MS, LONGEST_TRY_MS, provisionRequest, type Tools } from "./provision-request";
import { provisioningTools } from "./provisioning-tools";
import { count, gauge, logger, traceOf } from "./report";

/** No policy lets a request or a pass end sooner. */
const SHORTEST_MS = MS_PER_DAY;
/** Somebody was approved and still has no account. */
const OVERDUE_MS = 60 * 60_000;
const AT_ONCE = 5;
const finished: readonly ApprovalState[] = ["denied", "expired", "provisioned", "failed", "admitted"];

const store = approvalStore(awsClient(dynamodb), required(environment.approvalsTable));
/** Without the secret, nothing in the policy makes accounts. */
const ready = process.env[environment.approvalsSecret] === undefined ? async () => undefined : provisioningTools(store);
/** The last time this instance looked at all that is finished; once a day will do. */
let forgotAt = 0;

/**
 * Sees to it that no request stays where it is: writes down that a time is over, tries again to make accounts that are due,
 * forgets what finished requests hold of people. One that cannot be dealt with keeps nobody else waiting; it fails the
 * whole run in the end, so that somebody looks.
 */
export async function handler(_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const now = Date.now();
  const tools = once(ready);
  let failures = 0;

  async function tend(state: ApprovalState, ageMs: number, work: (id: string) => Promise<unknown>): Promise<void> {
    for await (const page of store.changedBefore(state, new Date(now - ageMs))) {
      failures += await failuresOf(page, work);
    }
  }

  await tend("pending", SHORTEST_MS, writeEnd);
  for (const state of ["approved", "provisioning"] as const) {
    await tend(state, LEASE_MS, (id) => goOn(id, tools, () => getRemainingTimeInMillis() > LONGEST_TRY_MS));
  }
  if (now - forgotAt > MS_PER_DAY) {
    for (const state of finished) await tend(state, KEPT_MS, (id) => store.change(id, (stored) => strip(stored, new Date())));
    await watchCertificate();
    forgotAt = now;
  }
  if (failures > 0) throw new Error(`Requests that could not be dealt with: ${failures}. The log says which.`);
}

/** By which accounts are made: nobody hears of its end otherwise. What cannot be read rings elsewhere. */
async function watchCertificate(): Promise<void> {
  if (process.env[environment.approvalsSecret] === undefined) return;
  const settings = await provisioningSettings().catch(() => undefined);
  const end = settings && credentialCertificateEnd(settings.credential);
  if (end !== undefined) gauge("CertificateDaysLeft", daysLeft(end, new Date()));
}

async function writeEnd(id: string): Promise<void> {
  await store.change(id, (stored) => expire(stored, new Date()));
}

/** Ends a pass whose time is over, or makes an account. */
async function goOn(id: string, tools: () => Promise<Tools | undefined>, hasTime: () => boolean): Promise<void> {
  const request = await store.get(id);
  if (request === undefined) return;
  if (request.onApproval === "continue") return await writeEnd(id);
  const at = hasTime() ? await tools() : undefined;
  const became = at === undefined ? "left" : await provisionRequest(id, at);
  if (became !== "provisioned" && became !== "failed") reportIfOverdue(request);
}

function reportIfOverdue({ history, changedAt, reference, personId, attempts, retryAt }: ApprovalRequest): void {
  const approvedAt = history.findLast(({ to }) => to === "approved")?.at ?? changedAt;
  if (Date.now() - Date.parse(approvedAt) < OVERDUE_MS) return;
  logger.error("account overdue", { reference, personId, approvedAt, attempts, retryAt });
  count("ProvisioningOverdue");
}

/** A few at a time. How many failed. */
async function failuresOf(page: readonly RequestName[], work: (id: string) => Promise<unknown>): Promise<number> {
  const queue = [...page];
  let failures = 0;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await work(next.id);
      } catch (error) {
        failures++;
        logger.error("sweeper failed", { reference: readReference(String(next.reference)), failure: traceOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
