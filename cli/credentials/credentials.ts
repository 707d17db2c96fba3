import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { passing, readCredentials, readCurrent, secretOf } from "../gate-credentials";

/** `entra-gatehouse credentials show`. */
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
    output.print("No earlier password passes.");
    return;
  }
  const until = previousPassesUntil.toISOString();
  if (notSeenAt.length === 0) {
    output.print(
      `Entra shows it at every step. The password before it passes until ${until}; credentials revoke ends it within 6 minutes.`,
    );
    return;
  }
  output.print(`Entra has not shown it yet at: ${notSeenAt.join(", ")}.`);
  output.print(`The password before it passes until ${until} at the latest; a day after the rotation, only where this one was not seen.`);
}

interface RotateOptions extends DeploymentOptions, JsonOption {
  readonly force?: boolean;
}

/** `entra-gatehouse credentials rotate`. */
export async function rotate(options: RotateOptions, { output }: CommandContext): Promise<void> {
  const deployment = await deploymentFor(options);
  const current = await readCurrent(deployment);
  const { previousPassesUntil, notSeenAt = [] } = passing(deployment, current, new Date());
  if (notSeenAt.length > 0 && !options.force) {
    throw new CommandError(
      `Entra has not shown the current password yet at: ${notSeenAt.join(", ")}. A connector there may have the one before, and rotating now ends that within 6 minutes. ` +
        "Paste the current one into it (credentials show) and sign up once, or add --force.",
    );
  }
  const { username, password } = await secretOf(deployment).rotate(current);
  if (options.json) {
    output.json({ username, password });
    return;
  }
  output.print(`User name: ${username}`);
  output.print(`Password:  ${password}`);
  output.print("Paste them into each of Entra's API connectors within 24 hours: until then the old password keeps working.");
  output.print("Then sign up once: credentials show tells whether Entra has shown the new one at each step.");
  if (previousPassesUntil !== undefined) output.print("The password before that one stops passing within 6 minutes.");
}

interface RevokeOptions extends DeploymentOptions, JsonOption {
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
