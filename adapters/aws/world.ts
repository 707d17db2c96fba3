import { system } from "../system";
import type { ShadowStarter, StepWorld, World } from "../world";
import { AwsError, awsClient, awsConnection, type ClientOptions, dynamodb, secretsManager } from "./client";
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
  // The build replaces the variable: a step without shadowed rules leaves out what calls them.
  const shadows = process.env.GATEHOUSE_SHADOWS === "present" ? { shadows: shadowStarter } : {};
  return { ...awsRuntime(), ...awsLog(), ...awsTables(limits), ...awsSecrets(limits), ...shadows };
}

/** The same where the caller waits two seconds: one lost packet must leave time for a second attempt. */
export const extensionWorld = (): StepWorld => stepWorld({ attemptTimeoutMs: 500 });

const lambda = { name: "lambda", endpointVariable: "AWS_ENDPOINT_URL_LAMBDA" } as const;

/** By the small client: the answer waits until Lambda has taken the event. Tries once. Throws AwsError where it is refused. */
export function shadowStarter(name: string, options: ClientOptions = {}): ShadowStarter {
  const connection = awsConnection(lambda, options);
  return {
    warm: connection.warm,
    async start(event, signal) {
      const headers = { "content-type": "application/json", "x-amz-invocation-type": "Event" };
      const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
      const { status } = await connection.post(path, headers, JSON.stringify(event), signal);
      if (status !== 202) throw new AwsError(`Http${status}`, "", status, {});
    },
  };
}
