import type { UserPassword } from "../../../adapters/aws/credentials";
import { type CredentialsSecret, type CurrentCredentials, msUntilKnown } from "../../../adapters/aws/credentials-secret";
import { PREVIOUS_PASSES_MS } from "../../../engine/password-times";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type GateConnector, listConnectorPaths, sharedPaths } from "../../entra/client/api-connectors";
import { nextTask, type RotationTask } from "../rotation";

/** So long a new password may wait for the calls that show it; the one before passes for seven days. */
const PATIENCE_MS = 2 * MS_PER_DAY;

export interface RotationTools<C extends GateConnector> {
  /** The age at which a password is due; 0 for now. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Gives a connector the password. */
  update(connector: C, credential: UserPassword, current: CurrentCredentials): Promise<unknown>;
}

export interface GateRotation {
  readonly task: RotationTask;
  /** After the task. */
  readonly current: CurrentCredentials;
  /** True if the current password should have been seen by now. */
  readonly isOverdue: boolean;
}

/** Takes a gate's rotation as far as it goes now. Whatever was left half-way, the next run goes on with. */
export async function rotateGate<C extends GateConnector>(
  secret: CredentialsSecret,
  connectors: readonly C[],
  tools: RotationTools<C>,
): Promise<GateRotation> {
  const paths = listConnectorPaths(connectors);
  let current = await secret.read(paths);
  const age = tools.now().getTime() - current.madeAt.getTime();
  const task = nextTask(current, tools.now(), tools.everyMs);
  if (task === "rotate") {
    await secret.rotate(current);
    current = await secret.read(paths);
  }
  if (task === "rotate" || task === "prove" || task === "mend") await send(connectors, current, tools);
  // If several connectors call one step, one call proves nothing about the others: the old password is left to expire by itself.
  const isUnused = task === "drop" && (sharedPaths(connectors).length === 0 || age >= PREVIOUS_PASSES_MS);
  if (isUnused || task === "mend") await secret.revoke(current);
  return { task, current, isOverdue: task === "mend" || (task === "prove" && age >= PATIENCE_MS) };
}

/** Sends the current password to all connectors. Their password cannot be read; sending it twice changes nothing. */
async function send<C extends GateConnector>(connectors: readonly C[], current: CurrentCredentials, tools: RotationTools<C>) {
  const { username, password } = current;
  await tools.sleep(msUntilKnown(current, tools.now()));
  for (const connector of connectors) await tools.update(connector, { username, password }, current);
}
