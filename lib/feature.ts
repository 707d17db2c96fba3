import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Alias, IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ObjectEntries } from "valibot";
import type { AnyTableName } from "../adapters/tables/tables";
import type { Step } from "../engine/sign-up/sign-up";
import type { GatehouseScope } from "./gatehouse-scope";
import type { Tables } from "./gatehouse-tables";
import type { Gate } from "./policy-folder/gates";
import type { PolicyStep } from "./policy-folder/policy-folder";
import type { LoggedHttpApi } from "./resources/http-api";
import type { RetainedTable } from "./resources/retained-table";
import type { Credentials } from "./sign-up/credentials";
import type { CustomDomain } from "./sign-up/custom-domain";
import type { GateRecords } from "./sign-up/records";
import type { SignUpStep } from "./sign-up/sign-up-step";

/** Facts about a Gatehouse before it is built. */
export interface GateFacts {
  readonly gates: readonly Gate[];
  /** The steps of all gates. */
  readonly policy: readonly PolicyStep[];
  /** Named by rules. */
  readonly workers: ReadonlySet<string>;
  readonly servedLocally: boolean;
}

/** The part of a feature that is deployed: its functions, grants and alarms. */
export interface StackFeature<Options = never, Built = unknown> {
  /**
   * Position in the order of building. A feature comes after the features that it asks for by `built`. Features that publish
   * events have an order above 3. Features that look at other features' resources have an order above 80.
   * @default 50
   */
  readonly order?: number;
  readonly name: string;
  readonly options?: { readonly entries: ObjectEntries };
  /** Checks options that are valid one by one but not together. Throws a SetupError. */
  check?(options: Options): void;
  /** Returns the options for `npm start`. @default unchanged */
  servedLocally?(options: Options): object;
  /** Names of the feature's workers, as rules write them. */
  readonly workers?: readonly string[];
  /** True if the feature is built. @default true if one of its options is given, or if it has no options */
  wanted?(facts: GateFacts, options: Options): boolean;
  build?(scope: GateScope, options: Options): Built;
  /** Called whether or not the feature is built. */
  grantAuthorizer?(authorizer: LambdaFunction, scope: Pick<GateScope, "tables">): void;
  /** Called whether or not the feature is built. */
  grantPages?(pages: LambdaFunction, scope: GateScope): void;
}

/** A function that answers sign-ups. */
export interface AnsweringFunction {
  readonly gate: string;
  readonly step: Step;
  readonly function: LambdaFunction;
  readonly live: Alias;
  /** Milliseconds. Answers that take this long make an alarm ring. */
  readonly slowMs: number;
  /** Prefix of the alarms' names. */
  readonly name: string;
}

/** Resources that features build on: tables, steps and API, and those of earlier features. */
export interface GateScope extends GatehouseScope {
  readonly facts: GateFacts;
  readonly records: GateRecords;
  /** Some tables are made only if they are needed. Reading such a table here makes it. */
  readonly tables: Tables;
  /** Calls `use` at once or after the table is made; never if nothing asks for the table. */
  whenMade(table: AnyTableName, use: (table: RetainedTable) => void): void;
  /** The credentials of the unnamed gate. */
  readonly credentials: Credentials;
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  readonly steps: readonly SignUpStep[];
  readonly api: RestApi | LoggedHttpApi;
  readonly apiUrl: string;
  readonly domain: CustomDomain | undefined;
  /** Features add their own. */
  readonly answering: AnsweringFunction[];
  /** Count answered calls. Features add theirs. */
  readonly answered: Metric[];
  /** Their crashes make one shared alarm ring. Steps and readers of streams have alarms of their own. Features add theirs. */
  readonly watched: IFunction[];
  /** Returns what a feature built. Undefined if the feature is not wanted. Throws for a feature that is built later than the caller. */
  built<Built>(feature: StackFeature<never, Built>): Built | undefined;
  /** Includes features that are not wanted. */
  readonly features: readonly StackFeature[];
}

/** True if the feature is built. @param options options of the Gatehouse */
export function isWanted(feature: StackFeature, facts: GateFacts, options: object): boolean {
  if (feature.wanted !== undefined) return feature.wanted(facts, options as never);
  const names = feature.options && Object.keys(feature.options.entries);
  return names === undefined || names.some((name) => (options as Readonly<Record<string, unknown>>)[name] !== undefined);
}
