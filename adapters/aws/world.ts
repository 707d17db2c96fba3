import { system } from "../system";
import type { StepWorld, World } from "../world";
import { awsClient, type ClientOptions, dynamodb, secretsManager } from "./client";
import { awsLog } from "./log";

// The world as AWS gives it, in parts: a function's file puts together those that its handler takes. Parts that not
// every function takes are in files of their own: awsLog, awsMail, awsDirectory, awsBus, awsFunctions, awsAlarms, awsArchive.

/** What there is without any service: environment variables, clock and randomness. */
export const awsRuntime = (): Pick<World, "settings" | "clock" | "random"> => ({ settings: process.env, ...system });

type Limits = Pick<ClientOptions, "attemptTimeoutMs">;

export const awsTables = (limits?: Limits): Pick<World, "tables"> => ({ tables: awsClient(dynamodb, limits) });

export const awsSecrets = (limits?: Limits): Pick<World, "secrets"> => ({ secrets: awsClient(secretsManager, limits) });

/** The world of a function that answers at a step. */
export function stepWorld(limits?: Limits): StepWorld {
  return { ...awsRuntime(), ...awsLog(), ...awsTables(limits), ...awsSecrets(limits) };
}

/** The same where the caller waits two seconds: one lost packet must leave time for a second attempt. */
export const extensionWorld = (): StepWorld => stepWorld({ attemptTimeoutMs: 500 });
