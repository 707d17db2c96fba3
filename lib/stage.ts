import type { Construct } from "constructs";
import { SetupError } from "./errors";

/** Names the stage where neither `-c stage=` nor `--stage` does. */
export const STAGE_VARIABLE = "GATEHOUSE_STAGE";

/** Valid ends of a stack's name that people can type: "test", "eu-2". */
const STAGE = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** A stage's name, if it is one. Throws SetupError. @param from where it was said */
export function checkedStage(stage: unknown, from: string): string | undefined {
  if (stage === undefined || stage === "") return undefined;
  if (typeof stage === "string" && STAGE.test(stage)) return stage;
  throw new SetupError(
    `${from} is ${JSON.stringify(stage)}: a stage's name has up to 32 small letters, digits and hyphens between them, such as "test".`,
  );
}

/** The stage that the variable names. */
export function stageOfEnvironment(): string | undefined {
  return checkedStage(process.env[STAGE_VARIABLE], STAGE_VARIABLE);
}

/** The stage that an app is made for: of `cdk deploy -c stage=test`, else the variable's. */
export function readStage(scope: Construct): string | undefined {
  return checkedStage(scope.node.tryGetContext("stage"), "-c stage") ?? stageOfEnvironment();
}

/** The stack of a stage: "Gatehouse-test". @param stack the one without a stage */
export function stagedName(stack: string, stage: string | undefined): string {
  return stage === undefined ? stack : `${stack}-${stage}`;
}
