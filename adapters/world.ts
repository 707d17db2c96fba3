import type { Clock, Random } from "../engine/sign-up/time";
import type { RingingAlarm } from "./aws/alarms";
import type { AwsClient } from "./aws/client";
import type { Variables } from "./aws/environment";
import type { BusClient } from "./aws/event-bus";
import type { EventSource, FunctionAnswer, FunctionStarter } from "./aws/functions";
import type { ObjectsKept } from "./aws/objects";
import type { GraphApplication, GraphClient } from "./graph/graph";
import type { Log } from "./log";
import type { MailAccount, Send } from "./mail/send";

/**
 * Everything outside a handler. A handler gets only the parts that it uses, so that a function's bundle contains no more. Implemented in
 * `aws/world.ts` and, in memory, in `test/memory/`.
 */
export interface World {
  readonly settings: Variables;
  readonly clock: Clock;
  /** Epoch milliseconds at which the process of this environment began. Undefined if nobody waits for the start. */
  readonly startedAt?: number;
  readonly random: Random;
  readonly log: Log;
  /** DynamoDB. */
  readonly tables: AwsClient;
  /** Secrets Manager. */
  readonly secrets: AwsClient;
  /** EventBridge. */
  readonly bus: BusClient;
  /** CloudWatch: returns the stack's alarms that ring now. */
  alarms(stack: string): Promise<readonly RingingAlarm[]>;
  /** CloudFormation. */
  templateMetadata(stack: string): Promise<unknown>;
  /** @param stream the stream's ARN */
  eventSources(stream: string): Promise<readonly EventSource[]>;
  functions(name: string): FunctionStarter;
  /** Waits for the other function's answer. */
  call(name: string, event: object): Promise<FunctionAnswer>;
  /** S3: objects are only added. */
  archive(bucket: string): ObjectsKept;
  /** Amazon SES. */
  readonly mail: Send;
  /** Amazon SES. */
  mailAccount(): Promise<MailAccount>;
  /** Microsoft Graph, as an application. */
  directory(application: GraphApplication): GraphClient;
}

export type StepWorld = Pick<World, "settings" | "clock" | "startedAt" | "random" | "log" | "tables" | "secrets">;
