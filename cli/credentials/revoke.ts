import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { credentialsSecret } from "./secret";

/** `entra-gatehouse credentials revoke`. */
export async function revoke(options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const secret = credentialsSecret(await deploymentFor(options));
  const { previousPassesUntil } = await secret.read(new Date());
  const revoked = previousPassesUntil !== undefined;
  if (revoked) await secret.revoke();
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
