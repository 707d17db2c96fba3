import { createCredentialsSecret, passing, readCredentials, readCurrent } from "../../../cli/aws/gate-credentials";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { quietFrom } from "../client/rotation";

export async function showCredentials(options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const credentials = await readCredentials(await deploymentFor(options), new Date());
  if (options.json) {
    output.json(credentials);
    return;
  }
  const { username, password, previousPassesUntil, notSeenAt = [] } = credentials;
  output.print(`User name: ${username}`);
  output.print(`Password:  ${password}`);
  if (previousPassesUntil === undefined) {
    output.print("No earlier password works.");
    return;
  }
  const until = previousPassesUntil.toISOString();
  if (notSeenAt.length === 0) {
    output.print(
      `Entra shows the password at every step. The previous password works until ${until}; entra credentials revoke ends it within 6 minutes.`,
    );
    return;
  }
  output.print(`Entra has not shown it yet at: ${notSeenAt.join(", ")}.`);
  output.print(
    `The previous password works until ${until} at the latest; a day after the rotation, only at steps where this one was not seen.`,
  );
}

interface EndOptions extends DeploymentOptions, JsonOption {
  readonly force?: boolean;
}

/**
 * Throws CommandError if the previous password may still be in use, unless `force` is set.
 * @param otherwise what the command would do to the previous password
 */
async function currentAlone(options: EndOptions, otherwise: string) {
  const { force } = options;
  const deployment = await deploymentFor(options);
  const now = new Date();
  const current = await readCurrent(deployment);
  const { previousPassesUntil, notSeenAt = [] } = passing(deployment, current, now);
  if (notSeenAt.length > 0 && !force) {
    throw new CommandError(
      `Entra has not shown the current password yet at: ${notSeenAt.join(", ")}. A connector there may have the one before: ${otherwise}. ` +
        "Paste the current one into it (entra credentials show) and sign up once, or add --force.",
    );
  }
  if (previousPassesUntil !== undefined && quietFrom(current) > now && !force) {
    throw new CommandError(
      `A connector, or one of Entra's servers, may still show the password before: ${otherwise}. Wait until ${quietFrom(current).toISOString()}, or add --force.`,
    );
  }
  return { deployment, current, previousPassesUntil };
}

export async function rotate(options: EndOptions, { output }: CommandContext): Promise<void> {
  const { deployment, current, previousPassesUntil } = await currentAlone(options, "rotating now ends that within 6 minutes");
  const { username, password } = await createCredentialsSecret(deployment).rotate(current);
  if (options.json) {
    output.json({ username, password });
    return;
  }
  output.print(`User name: ${username}`);
  output.print(`Password:  ${password}`);
  output.print("Paste them into each of Entra's API connectors within 24 hours: until then the old password keeps working.");
  output.print("Then sign up once: entra credentials show says whether Entra has shown the new one at each step.");
  if (previousPassesUntil !== undefined) output.print("The password before that one stops working within 6 minutes.");
}

/** By UNNOTED_MS and GATEWAY_CACHE_MS. */
export const REMEMBERED =
  "Where it was used just now it works for up to 6 minutes more: the authorizer remembers it for 1, the gateway for 5.";

export async function revoke(options: EndOptions, { output }: CommandContext): Promise<void> {
  const { deployment, current, previousPassesUntil } = await currentAlone(options, "its sign-ups would stop");
  const isRevoked = previousPassesUntil !== undefined;
  if (isRevoked) await createCredentialsSecret(deployment).revoke(current);
  if (options.json) {
    output.json({ revoked: isRevoked });
    return;
  }
  output.print(isRevoked ? `The previous password is revoked. ${REMEMBERED}` : "Nothing to revoke: only the current password works.");
}
