import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { appRoot } from "./app-root";
import type { GatehouseSettings, GatehouseStackProps } from "./gatehouse-stack";
import { loadTypeScript } from "./load-typescript";
import { LOCAL_CONSOLE } from "./served-locally";
import { SetupError } from "./setup-error";

/**
 * The stack's options: those of settings.ts beside the policy folder, if there is one, as docs/settings.md says; then
 * `-c policy=FOLDER`, and `-c console=local` for the console as `npm start` serves it.
 */
export function readSettings(app: App, folder: string = appRoot): GatehouseStackProps {
  const policy: unknown = app.node.tryGetContext("policy");
  return {
    policy: "policy",
    ...settingsIn(folder),
    ...(typeof policy === "string" && { policy }),
    ...(app.node.tryGetContext("console") === "local" && { console: LOCAL_CONSOLE }),
  };
}

function settingsIn(folder: string): GatehouseSettings {
  const file = join(folder, "settings.ts");
  if (!existsSync(file)) return {};
  const settings = (loadTypeScript(file) as { default?: unknown }).default;
  if (typeof settings !== "object" || settings === null) {
    throw new SetupError("settings.ts has to export its options as default: export default { … } satisfies GatehouseSettings;");
  }
  return settings;
}
