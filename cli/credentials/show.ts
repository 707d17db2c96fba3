import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { credentialsSecret } from "./secret";

/** `entra-gatehouse credentials show`. */
export async function showCredentials(options: DeploymentOptions & JsonOption, { output }: CommandContext): Promise<void> {
  const credentials = await credentialsSecret(await deploymentFor(options)).read(new Date());
  if (options.json) {
    output.json(credentials);
    return;
  }
  const { username, password, previousPassesUntil } = credentials;
  output.print(`User name: ${username}`);
  output.print(`Password:  ${password}`);
  output.print(
    previousPassesUntil === undefined
      ? "No earlier password passes."
      : `The password before it passes until ${previousPassesUntil.toISOString()}; credentials revoke ends it within 6 minutes.`,
  );
}
