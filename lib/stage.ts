import type { Construct } from "constructs";
import type { Use } from "../engine/sign-up/rule";
import { SetupError } from "./errors";
import type { StepFile } from "./policy-folder/policy-folder";

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

/** The console's options under the local runner. */
export const LOCAL_CONSOLE = { tenantId: "local", clientId: "gatehouse-console" };

/** The external tenant that the local runner plays, with made-up ids. */
export const LOCAL_EXTERNAL_TENANT = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58",
};

/** True under the local runner, which passes `-c console=local`. */
export function isServedLocally(scope: Construct): boolean {
  return scope.node.tryGetContext("console") === "local";
}

/** Metadata key of a function's resource. The value is a ServedPolicy. */
export const SERVED_POLICY = "gatehouse:policy";

/** The sources of a function: if one is saved, the local runner rebuilds the function. */
export interface ServedPolicy extends StepFile {
  /** The file in `lambda/`, or "shadow" for the function that runs shadowed rules. */
  readonly entry: string;
  readonly uses: readonly Use[];
}
