import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import * as v from "valibot";
import type { CloudName } from "../adapters/graph/clouds";
import type { AnyTableName } from "../adapters/tables/tables";
import type { Network } from "./network/network";
import type { Alarms } from "./operations/alarms";

export const logRetentionOption = v.enum(RetentionDays, "one of RetentionDays, such as RetentionDays.ONE_YEAR");

/** Settings that all functions of a Gatehouse share. */
export interface FunctionDefaults {
  /** Separates the function's metrics and logs from those of another Gatehouse. */
  readonly service: string;
  readonly logRetention: RetentionDays;
  readonly tracing: boolean;
  /** The functions' network. @default no VPC */
  readonly network?: Network | undefined;
}

/** Settings that all tables of a Gatehouse share. */
export interface TableDefaults {
  readonly handedIn: Readonly<Partial<Record<AnyTableName, string | ITable>>>;
  /** Regions that get copies of the tables, besides the stack's own region. */
  readonly replicas: readonly string[];
  /** True if the tables have replicas in other regions, or are replicas: a stream then has only one reader. */
  readonly areGlobal: boolean;
  readonly deletionProtection: boolean;
  /** True if the stack may make tables. False if it uses copies of other regions' tables: a new table beside them would be empty. */
  readonly mayMake: boolean;
}

/** Settings that all secrets of a Gatehouse share. */
export interface SecretDefaults {
  /** Secrets that the app gives, by their place in the Gatehouse: "Credentials/Secret". */
  readonly handedIn: Readonly<Record<string, string | ISecret>>;
  /** Regions that get copies of the secrets, besides the stack's own region. */
  readonly replicas: readonly string[];
  /** A part adds the place of a secret when it asks for the secret. */
  readonly places: Set<string>;
}

/** How functions call Microsoft Graph. */
export interface GraphDefaults {
  readonly signIn: "role" | "secret";
  /** The cloud that the tenant is in. */
  readonly cloud: CloudName;
}

/** Settings of functions that answer sign-ups or check callers. */
export interface AnsweringDefaults {
  readonly provisionedConcurrency: number | undefined;
  readonly reservedConcurrency: number | undefined;
}

interface NotesTable {
  grantRowsUnder(
    lambda: LambdaFunction,
    prefix: string | readonly string[],
    ...actions: readonly ("BatchGetItem" | "GetItem" | "PartiQLInsert" | "PartiQLUpdate" | "PutItem" | "UpdateItem")[]
  ): void;
}

/** A Gatehouse, for its parts and for constructs that react to its events. */
export interface GatehouseScope extends Construct {
  /** The stack's name, with the construct's path if the stack holds more: "Gatehouse", "Portal/SignUp". */
  readonly name: string;
  readonly functionDefaults: FunctionDefaults;
  readonly answeringDefaults: AnsweringDefaults;
  readonly tableDefaults: TableDefaults;
  readonly secretDefaults: SecretDefaults;
  readonly graphDefaults: GraphDefaults;
  /** True if another region handles the events of decisions and requests. */
  readonly standby: boolean;
  readonly setsApiLogRole: boolean;
  readonly alarms: Alarms;
  /** Parts keep notes here, each under its own prefix. */
  readonly ledger: NotesTable;
  /** Gets every decision as an event. Reading this member makes the bus. */
  readonly bus: IEventBus;
  /** Adds an output under a name that no other Gatehouse of the stack takes. */
  addOutput(name: string, value: string, description: string): void;
}
