import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { appRoot } from "./app-root";
import { SetupError } from "./errors";
import type { GatehouseSettings, GatehouseStackProps } from "./gatehouse-stack";
import { loadDefaultExport } from "./load-typescript";
import { isServedLocally, LOCAL_CONSOLE, readStage, stagedName, stageOfEnvironment } from "./stage";

/** Default export of settings.ts if stages differ: returns a stage's settings. For the stack without a stage, the name is undefined. */
export type StagedSettings = (stage: string | undefined) => GatehouseSettings;

const STACK = "Gatehouse";

/**
 * Returns the options in settings.ts (docs/settings.md), changed by three flags: `-c policy=FOLDER`, `-c console=local` (the console of
 * `npm start`), and `-c stage=NAME`, which also adds NAME to the stack's name.
 */
export function readSettings(app: App, folder: string = appRoot): GatehouseStackProps {
  const policy: unknown = app.node.tryGetContext("policy");
  const stage = readStage(app);
  const settings = settingsIn(folder, stage);
  return {
    policy: "policy",
    ...settings,
    // npm start stores its data under the stack's name, so all stages have one name there.
    ...(stage !== undefined && !isServedLocally(app) && { stackName: stagedName(settings.stackName ?? STACK, stage) }),
    ...(typeof policy === "string" && { policy }),
    ...(isServedLocally(app) && { console: { ...settings.console, ...LOCAL_CONSOLE } }),
  };
}

/**
 * Reads the app's settings; empty if there is no settings.ts. Throws SetupError if settings.ts cannot be used. @param folder the app's
 * folder
 */
export function settingsIn(folder: string, stage = stageOfEnvironment()): GatehouseSettings {
  const file = join(folder, "settings.ts");
  if (!existsSync(file)) return {};
  const fileExport: unknown = loadDefaultExport(file);
  const settings = typeof fileExport === "function" ? chosenFor(stage, fileExport as StagedSettings) : fileExport;
  if (typeof settings === "object" && settings !== null) return settings;
  throw new SetupError(
    "settings.ts has to export its options as default: export default { … } satisfies GatehouseSettings; or a function of the stage that returns them.",
  );
}

function chosenFor(stage: string | undefined, settings: StagedSettings): unknown {
  try {
    return settings(stage);
  } catch (error) {
    const which = stage === undefined ? "the stack without a stage" : `the stage ${stage}`;
    throw new SetupError(`settings.ts has no options for ${which}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
