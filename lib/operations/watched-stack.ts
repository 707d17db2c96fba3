import type { Stack } from "aws-cdk-lib";
import type { Decisions } from "../events/decisions";
import type { Alarms } from "./alarms";

/** What constructs that hang on the bus need of the stack they are in. */
export interface WatchedStack extends Stack {
  readonly alarms: Alarms;
  readonly decisions: Decisions;
}
