import type { Context } from "aws-lambda";
import { provisioningSettings } from "../../../adapters/aws/approval-settings";
import { environment, required } from "../../../adapters/aws/environment";
import { credentialCertificateEnd, daysLeft } from "../../../adapters/graph/certificates";
import { loggedPerson, traceOf } from "../../../adapters/report";
import type { World } from "../../../adapters/world";
import { readReference } from "../../../engine/sign-up/call";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { LEASE_MS, LONGEST_TRY_MS, type ProvisioningPorts, provisionRequest } from "../provisioning";
import type { ApprovalRequest, ApprovalState } from "../request";
import { escalate } from "../stages";
import { approvalStore, type RequestName } from "../store/approvals";
import { expire, KEPT_MS, strip } from "../transitions";
import { currentProvisioning } from "./provisioning";

/** No policy lets a request or a pass end sooner. */
const SHORTEST_MS = MS_PER_DAY;
/** Somebody was approved and still has no account. */
const OVERDUE_MS = 60 * 60_000;
const AT_ONCE = 5;
const finished: readonly ApprovalState[] = ["denied", "expired", "provisioned", "failed", "admitted"];

/**
 * Sees to it that no request stays where it is: writes down that a time is over, asks more people where a stage takes too long, tries again to make accounts that are due,
 * forgets what finished requests hold of people. One that cannot be dealt with keeps nobody else waiting; it fails the
 * whole run in the end, so that somebody looks.
 */
export function sweeperHandler(world: Pick<World, "settings" | "tables" | "secrets" | "directory" | "clock" | "random" | "log">) {
  const { settings, clock, log } = world;
  const store = approvalStore(world.tables, required(environment.approvalsTable, settings));
  /** Without the secret, nothing in the policy makes accounts. */
  const makesAccounts = settings[environment.approvalsSecret] !== undefined;
  const portsNow = makesAccounts ? currentProvisioning(world, store) : async () => undefined;
  const currentSettings = provisioningSettings(world);
  const today = () => new Date(clock.now());
  /** The last time this instance looked at all that is finished; once a day will do. */
  let forgotAt = 0;

  /** Of the credential by which accounts are made: nothing else reports its end. Settings that cannot be read ring elsewhere. */
  async function watchCertificate(): Promise<void> {
    if (!makesAccounts) return;
    const current = await currentSettings().catch(() => undefined);
    const end = current && credentialCertificateEnd(current.credential);
    if (end !== undefined) log.gauge("CertificateDaysLeft", daysLeft(end, today()));
  }

  async function writeEnd(id: string): Promise<void> {
    await store.change(id, (stored) => expire(stored, today()));
  }

  /** Ends a pass whose time is over, or makes an account. */
  async function goOn(id: string, ports: () => Promise<ProvisioningPorts | undefined>, hasTime: () => boolean): Promise<void> {
    const request = await store.get(id);
    if (request === undefined) return;
    if (request.onApproval === "continue") return await writeEnd(id);
    const available = hasTime() ? await ports() : undefined;
    const became = available === undefined ? "left" : await provisionRequest(id, available);
    if (became !== "provisioned" && became !== "failed") reportIfOverdue(request);
  }

  function reportIfOverdue({ history, changedAt, reference, personId, attempts, retryAt }: ApprovalRequest): void {
    const approvedAt = history.findLast(({ to }) => to === "approved")?.at ?? changedAt;
    if (clock.now() - Date.parse(approvedAt) < OVERDUE_MS) return;
    log.error("account overdue", { reference, ...loggedPerson(personId), approvedAt, attempts, retryAt });
    log.count("ProvisioningOverdue");
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
          log.error("sweeper failed", { reference: readReference(String(next.reference)), failure: traceOf(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return failures;
  }

  return async (_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> => {
    const now = clock.now();
    const ports = once(portsNow);
    let failures = 0;

    async function tend(state: ApprovalState, ageMs: number, work: (id: string) => Promise<unknown>): Promise<void> {
      for await (const page of store.changedBefore(state, new Date(now - ageMs))) {
        failures += await failuresOf(page, work);
      }
    }

    await tend("pending", SHORTEST_MS, writeEnd);
    for await (const page of store.toEscalate(new Date(now))) {
      failures += await failuresOf(page, (id) => store.change(id, (stored) => escalate(stored, today())));
    }
    for (const state of ["approved", "provisioning"] as const) {
      await tend(state, LEASE_MS, (id) => goOn(id, ports, () => getRemainingTimeInMillis() > LONGEST_TRY_MS));
    }
    if (now - forgotAt > MS_PER_DAY) {
      for (const state of finished) await tend(state, KEPT_MS, (id) => store.change(id, (stored) => strip(stored, today())));
      await watchCertificate();
      forgotAt = now;
    }
    if (failures > 0) throw new Error(`Requests that could not be dealt with: ${failures}. The log says which.`);
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
