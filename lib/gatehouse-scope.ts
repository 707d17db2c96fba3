import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { Construct } from "constructs";
import type { Alarms } from "./operations/alarms";
import type { FunctionDefaults } from "./resources/gatehouse-function";

/** What the parts of a Gatehouse, and constructs that hang on its events, need of the `Gatehouse` they are in. */
export interface GatehouseScope extends Construct {
  /** The stack's name, and the construct's path in it if the stack holds more: "Gatehouse", "Portal/SignUp". */
  readonly name: string;
  readonly functionDefaults: FunctionDefaults;
  readonly alarms: Alarms;
  /** The bus on which every decision is an event. */
  readonly bus: IEventBus;
  /** Adds an output to the stack, under a name that no other Gatehouse of the stack takes. */
  addOutput(name: string, value: string, description: string): void;
}
