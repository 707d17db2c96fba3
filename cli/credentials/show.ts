import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { readCredentials } from "./secret";

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
