import { existsSync } from "node:fs";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { appRoot } from "./app-root";
import { SetupError } from "./errors";
import type { GatehouseSettings, GatehouseStackProps } from "./gatehouse-stack";
import { loadDefaultExport } from "./load-typescript";
import { isServedLocally, LOCAL_CONSOLE } from "./served-locally";
import { readStage, stagedName, stageOfEnvironment } from "./stage";

/**
 * The default export of settings.ts if stages differ: a function that returns the settings of a stage, by its name; undefined stands for
 * the stack without a stage.
 */
export type StagedSettings = (stage: string | undefined) => GatehouseSettings;

/** Stack name if settings.ts has none. */
const STACK = "Gatehouse";

/**
 * Returns the options in settings.ts (docs/settings.md). Three flags change them. `-c policy=FOLDER` names the policy's folder. `-c
 * console=local` gives the console of `npm start`. `-c stage=NAME` renames the stack.
 */
export function readSettings(app: App, folder: string = appRoot): GatehouseStackProps {
  const policy: unknown = app.node.tryGetContext("policy");
  const stage = readStage(app);
  const settings = settingsIn(folder, stage);
  return {
    policy: "policy",
    ...settings,
    // npm start uses one stack name for all stages, because it stores its data under that name.
    ...(stage !== undefined && !isServedLocally(app) && { stackName: stagedName(settings.stackName ?? STACK, stage) }),
    ...(typeof policy === "string" && { policy }),
    // Under npm start, LOCAL_CONSOLE sets two members of the option `console`. The option's other members stay.
    ...(isServedLocally(app) && { console: { ...settings.console, ...LOCAL_CONSOLE } }),
  };
}

/** Reads settings.ts for a stage. Returns no settings if there is no file. Throws SetupError. @param folder the app's folder */
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

/** Calls the function in settings.ts. Throws SetupError if the function throws, for example for an unknown stage. */
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
