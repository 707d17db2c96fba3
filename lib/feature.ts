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
  /** The workers that rules name. */
  readonly workers: ReadonlySet<string>;
  /** True under `npm start`. */
  readonly servedLocally: boolean;
}

/** The part of a feature that is deployed: its functions, grants and alarms. */
export interface StackFeature<Options = never, Built = unknown> {
  /**
   * Its place in the order in which features are built: after those that it asks for by `built`. Those that publish events come after 3,
   * those that look at what others have made after 80. @default 50
   */
  readonly place?: number;
  readonly name: string;
  /** The schema of its options of `GatehouseProps`. */
  readonly options?: { readonly entries: ObjectEntries };
  /** Throws a SetupError for options that are right one by one and do not go together. */
  check?(options: Options): void;
  /** Its options as `npm start` has them. @default as they are */
  servedLocally?(options: Options): object;
  /** Names of workers, as rules name them, that it deploys. */
  readonly workers?: readonly string[];
  /** @default where it has options, if one of them is given; otherwise always */
  wanted?(facts: GateFacts, options: Options): boolean;
  build?(scope: GateScope, options: Options): Built;
  /** Lets what checks the connectors' credentials use what the feature keeps, whether or not it is wanted. */
  grantAuthorizer?(authorizer: LambdaFunction, scope: Pick<GateScope, "tables">): void;
  /** Lets the console's pages use what the feature keeps, whether or not it is wanted. */
  grantPages?(pages: LambdaFunction, scope: GateScope): void;
}

/** A function that answers sign-ups. */
export interface AnsweringFunction {
  readonly gate: string;
  readonly step: Step;
  readonly function: LambdaFunction;
  readonly live: Alias;
  /** Milliseconds that an answer must not take. */
  readonly slowMs: number;
  /** Begins the alarms' names. */
  readonly name: string;
}

/** Resources that features build on: tables, steps and API, and those of earlier features. */
export interface GateScope extends GatehouseScope {
  readonly facts: GateFacts;
  readonly records: GateRecords;
  /** Some are made by being asked for. */
  readonly tables: Tables;
  /** For what reads a table that something else has to ask for: calls back once it is made, which may be at once, later or never. */
  whenMade(table: AnyTableName, use: (table: RetainedTable) => void): void;
  /** Of the unnamed gate. */
  readonly credentials: Credentials;
  /** By gate. */
  readonly gateCredentials: ReadonlyMap<string, Credentials>;
  readonly steps: readonly SignUpStep[];
  readonly api: RestApi | LoggedHttpApi;
  readonly apiUrl: string;
  readonly domain: CustomDomain | undefined;
  /** Features add theirs. */
  readonly answering: AnsweringFunction[];
  /** Counts answered calls. Features add theirs. */
  readonly answered: Metric[];
  /** Functions whose crashes ring with those of the unnamed gate: not readers of streams, whose lag rings. Features add theirs. */
  readonly watched: IFunction[];
  /** A feature's resources; undefined if it is not wanted. Throws for a feature that is built later. */
  built<Built>(feature: StackFeature<never, Built>): Built | undefined;
  /** All features, wanted or not. */
  readonly features: readonly StackFeature[];
}

/** True if it is built. @param options of the Gatehouse */
export function isWanted(feature: StackFeature, facts: GateFacts, options: object): boolean {
  if (feature.wanted !== undefined) return feature.wanted(facts, options as never);
  const names = feature.options && Object.keys(feature.options.entries);
  return names === undefined || names.some((name) => (options as Readonly<Record<string, unknown>>)[name] !== undefined);
}
