import { system } from "../system";
import type { World } from "../world";
import { awsClient, type ClientOptions, dynamodb, secretsManager } from "./client";

// Parts of the world on AWS without a log. The authorizer logs nothing, and its bundle is a tenth smaller without what the log loads.

export const awsRuntime = (): Pick<World, "settings" | "clock" | "startedAt" | "random"> => ({
  settings: process.env,
  startedAt: performance.timeOrigin,
  ...system,
});

export type Limits = Pick<ClientOptions, "attemptTimeoutMs">;

/** Tables for a function while a person waits. All other functions use `awsTables` of `sdk-tables.ts`. */
export const stepTables = (limits?: Limits): Pick<World, "tables"> => ({ tables: awsClient(dynamodb, limits) });

export const awsSecrets = (limits?: Limits): Pick<World, "secrets"> => ({ secrets: awsClient(secretsManager, limits) });
