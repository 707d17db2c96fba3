import type { AwsClient } from "../adapters/aws/client";
import type { Deployment } from "./deployment";
import type { Fault } from "./failure";

/** The tables of a deployment, or of a running `npm start`. */
export interface RowsPlace {
  readonly client: AwsClient;
  readonly decisions: string;
  readonly accessList: string;
  readonly gates: readonly string[];
  readonly now: Date;
  /** Flags that name the deployment. */
  readonly flags: string;
}

/** A check of rows in the table of decisions. It concerns only rows that people can write or delete by hand. */
export interface TypedRows {
  /** The check's name. */
  readonly name: string;
  /** Finds faults in the rows. */
  faults(place: RowsPlace): Promise<readonly Fault[]>;
}

/** Parts that a feature adds to verbs of other features. Those other features cannot import it. For a new part, add a member here. */
export interface VerbHooks {
  /** Rows written by hand, for `doctor`. */
  readonly typedRows?: TypedRows;
  /** Explains a reference code that is not a decision's. */
  explainCode?(reference: string, deployment: Deployment): Promise<string | undefined>;
}
