import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { credentialsSecret } from "./secret";

/** `gatehouse credentials show`. */
export async function show(options: PlaceOptions & JsonOption, { output }: Session): Promise<void> {
  const credentials = await credentialsSecret(await placeFor(options)).read(new Date());
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
