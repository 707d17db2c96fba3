import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { passing, readCurrent, secretOf } from "./secret";

export interface RevokeOptions extends DeploymentOptions, JsonOption {
  readonly force?: boolean;
}

/** `entra-gatehouse credentials revoke`. */
export async function revoke(options: RevokeOptions, { output }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const current = await readCurrent(deployment);
  const { previousPassesUntil, notSeenAt = [] } = passing(deployment, current, new Date());
  if (notSeenAt.length > 0 && !options.force) {
    throw new CommandError(
      `Entra has not shown the current password yet at: ${notSeenAt.join(", ")}. If a connector there has the previous one, every sign-up stops. ` +
        "Paste the current one into it (credentials show) and sign up once, or add --force.",
    );
  }
  const revoked = previousPassesUntil !== undefined;
  if (revoked) await secretOf(deployment).revoke(current);
  if (options.json) {
    output.json({ revoked });
    return;
  }
  output.print(
    revoked
      ? "The previous password is revoked. Where it was used just now it passes for up to 6 minutes more: the authorizer remembers it for 1, the gateway for 5."
      : "Nothing to revoke: only the current password passes.",
  );
}
