import { type CredentialsSecret, type CurrentCredentials, msUntilKnown } from "../../../adapters/aws/credentials-secret";
import { PREVIOUS_PASSES_MS } from "../../../engine/password-times";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import {
  type ApiConnector,
  type ApiConnectors,
  connectorsOf,
  type GateConnector,
  isBasic,
  pathsOf,
  sharedPaths,
} from "../../entra/client/api-connectors";
import { nextTask, type RotationTask } from "../rotation";

/** So long a new password may wait for the calls that show it; the one before passes for seven days. */
const PATIENCE_MS = 2 * MS_PER_DAY;

export interface ScheduledGate {
  readonly gate: string;
  readonly secret: CredentialsSecret;
  /** Addresses that connectors call, by the gate's paths. */
  readonly urls: ReadonlyMap<string, string>;
}

export interface RotationTools {
  readonly tenant: Pick<ApiConnectors, "updateConnector">;
  /** The tenant's current connectors. */
  readonly connectors: readonly ApiConnector[];
  /** The age at which a password is due. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
}

export interface GateRotation {
  /** `none`: no connector of the tenant uses the gate's password. */
  readonly task: RotationTask | "none";
  /** Paths at which the current password was not seen. */
  readonly notSeenAt: readonly string[];
  /** True if it should have been seen by now. */
  readonly isOverdue: boolean;
}

/** Takes a gate's rotation as far as it goes now. Whatever was left half-way, the next run goes on with. */
export async function rotateGate({ secret, urls }: ScheduledGate, tools: RotationTools): Promise<GateRotation> {
  const connectors = connectorsOf(tools.connectors, urls).filter(({ connector }) => isBasic(connector));
  if (connectors.length === 0) return { task: "none", notSeenAt: [], isOverdue: false };
  const current = await secret.read(pathsOf(connectors));
  const task = nextTask(current, tools.now(), tools.everyMs);
  switch (task) {
    case "rotate":
      await secret.rotate(current);
      await send(connectors, await secret.read(pathsOf(connectors)), tools);
      break;
    case "prove":
      await send(connectors, current, tools);
      break;
    case "mend":
      await send(connectors, current, tools);
      await secret.revoke(current);
      break;
    case "drop":
      if (sharedPaths(connectors).length === 0 || ageOf(current, tools) >= PREVIOUS_PASSES_MS) await secret.revoke(current);
  }
  const isOverdue = task === "mend" || (task === "prove" && ageOf(current, tools) >= PATIENCE_MS);
  return { task, notSeenAt: current.notSeenAt, isOverdue };
}

async function send(
  connectors: readonly GateConnector[],
  current: CurrentCredentials,
  { tenant, now, sleep }: RotationTools,
): Promise<void> {
  const { username, password } = current;
  await sleep(msUntilKnown(current, now()));
  for (const { connector } of connectors) await tenant.updateConnector(connector.id, { credential: { username, password } });
}

function ageOf({ madeAt }: CurrentCredentials, { now }: RotationTools): number {
  return now().getTime() - madeAt.getTime();
}
