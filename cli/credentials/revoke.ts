import type { JsonOption, PlaceOptions } from "../options";
import { placeFor } from "../place";
import type { Session } from "../session";
import { credentialsSecret } from "./secret";

/** `gatehouse credentials revoke`. */
export async function revoke(options: PlaceOptions & JsonOption, { output }: Session): Promise<void> {
  const secret = credentialsSecret(await placeFor(options));
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
