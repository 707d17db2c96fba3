import type { Construct } from "constructs";
import { SetupError } from "./errors";

/** If neither `-c stage=` nor `--stage` names the stage, this environment variable does. */
export const STAGE_VARIABLE = "GATEHOUSE_STAGE";

/** A valid stage, which people can type at the end of a stack's name: "test", "eu-2". */
const STAGE = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/**
 * Returns undefined for an undefined or empty stage. Throws SetupError for any other invalid stage.
 * @param from origin of the name, for the message
 */
export function checkedStage(stage: unknown, from: string): string | undefined {
  if (stage === undefined || stage === "") return undefined;
  if (typeof stage === "string" && STAGE.test(stage)) return stage;
  throw new SetupError(
    `${from} is ${JSON.stringify(stage)}: a stage's name has up to 32 small letters, digits and hyphens between them, such as "test".`,
  );
}

export function stageOfEnvironment(): string | undefined {
  return checkedStage(process.env[STAGE_VARIABLE], STAGE_VARIABLE);
}

/** The option `-c stage=` takes precedence over the environment variable. */
export function readStage(scope: Construct): string | undefined {
  return checkedStage(scope.node.tryGetContext("stage"), "-c stage") ?? stageOfEnvironment();
}

/** The stack name of a stage: "Gatehouse-test". @param stack name without a stage */
export function stagedName(stack: string, stage: string | undefined): string {
  return stage === undefined ? stack : `${stack}-${stage}`;
}
