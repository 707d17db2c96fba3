import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { defaultExportOf } from "./app-file";
import { appRoot } from "./app-root";
import type { GatehouseSettings, GatehouseStackProps } from "./gatehouse-stack";
import { isServedLocally, LOCAL_CONSOLE } from "./served-locally";
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
    ...(isServedLocally(app) && { console: LOCAL_CONSOLE }),
  };
}

/** What settings.ts says; nothing where there is none. Throws SetupError. @param folder the app's */
export function settingsIn(folder: string): GatehouseSettings {
  const file = join(folder, "settings.ts");
  if (!existsSync(file)) return {};
  const settings = defaultExportOf(file);
  if (typeof settings !== "object" || settings === null) {
    throw new SetupError("settings.ts has to export its options as default: export default { … } satisfies GatehouseSettings;");
  }
  return settings;
}
