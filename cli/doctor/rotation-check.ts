import { readRotationSettings } from "../../adapters/aws/rotation-settings";
import { SettingsError } from "../../adapters/aws/settings";
import { userFlowPermissions } from "../../adapters/graph/user-flows";
import { inStack } from "./check";
import { permissionFaults, signedIn, type TenantApplication } from "./graph-sign-in";
import { secretText } from "./secrets";

const PAGE = "docs/rotation.md";

/** Whether the connectors can be given new passwords on a schedule. */
export const rotationCheck = inStack("rotation", async (stack, _, signal) => {
  const arn = stack.output("RotationSecret");
  if (arn === undefined) return { skipped: "no schedule rotates the connectors' password" };
  const secret = await secretText(stack.account, arn);
  if (!secret.startsWith("{")) return { skipped: "the secret RotationSecret is yet to be filled in" };
  try {
    const purpose = "gives connectors new passwords";
    const application: TenantApplication = {
      ...readRotationSettings(secret),
      purpose,
      check: "rotation",
      kept: "the secret RotationSecret",
    };
    const session = await signedIn(application, signal);
    return "id" in session ? [session] : permissionFaults(application, session, [[userFlowPermissions["/identity/apiConnectors"]]], PAGE);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [{ id: "rotation.settings", what: error.message, mend: `Put it right in the secret ${arn}: ${PAGE}.` }];
  }
});
