import { stagedName } from "../lib/stage";
import { quoted } from "../local/terminal/quoted";
import { DEFAULT_STACK, type DeploymentOptions } from "./command";

/** The options by which another command works on the same deployment. */
export function placeFlags({ local, data, stack, stage, region, profile }: DeploymentOptions): string {
  const ofStage = stage !== undefined && stack === stagedName(DEFAULT_STACK, stage);
  const named = ofStage ? { stage } : { stack: stack === DEFAULT_STACK ? undefined : stack };
  const flags = local ? { data } : { ...named, region, profile };
  return [
    local ? " --local" : "",
    ...Object.entries(flags).map(([name, value]) => (value === undefined ? "" : ` --${name} ${quoted(value)}`)),
  ].join("");
}
