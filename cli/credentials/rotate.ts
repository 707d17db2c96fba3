import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { passing, readCurrent, secretOf } from "./secret";

export interface RotateOptions extends DeploymentOptions, JsonOption {
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
