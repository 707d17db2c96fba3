import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { credentialsSecret } from "./secret";

export interface RotateOptions extends DeploymentOptions, JsonOption {
  readonly force?: boolean;
}

/** `entra-gatehouse credentials rotate`. */
export async function rotate(options: RotateOptions, { output }: CommandContext): Promise<void> {
  const secret = credentialsSecret(await deploymentFor(options));
  const before = await secret.read(new Date());
  if (before.previousPassesUntil !== undefined && !options.force) {
    throw new CommandError(
      `The password before the current one passes until ${before.previousPassesUntil.toISOString()}, and Entra may still use it. ` +
        "Rotating now ends it within 6 minutes: wait, or add --force once both connectors have the current one (credentials show).",
    );
  }
  const { username, password } = await secret.rotate(before.username);
  if (options.json) {
    output.json({ username, password });
    return;
  }
  output.print(`User name: ${username}`);
  output.print(`Password:  ${password}`);
  output.print("Paste them into both of Entra's API connectors within 24 hours: until then the old password keeps working.");
  if (before.previousPassesUntil !== undefined) output.print("The password before that one stops passing within 6 minutes.");
}
