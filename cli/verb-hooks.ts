import type { AwsClient } from "../adapters/aws/client";
import type { Deployment } from "./deployment";
import type { Fault } from "./failure";

/** The tables and gates of a deployment, or of a running `npm start`. */
export interface RowsPlace {
  readonly client: AwsClient;
  readonly decisions: string;
  readonly accessList: string;
  readonly gates: readonly string[];
  readonly now: Date;
  /** Command-line options that name the deployment, for a suggested command. */
  readonly flags: string;
}

/** A check of rows in the table of decisions that people can write or delete by hand. */
export interface TypedRows {
  /** The check's name. */
  readonly name: string;
  /** Finds faults in the rows. */
  faults(place: RowsPlace): Promise<readonly Fault[]>;
}

/** Additions of a feature to verbs of other features, which must not import it. For a new kind of addition, add a member here. */
export interface VerbHooks {
  /** The check of rows that people write by hand. `doctor` runs it. */
  readonly typedRows?: TypedRows;
  /** Explains a reference code that belongs to no decision. Undefined if the code is unknown to the feature. */
  explainCode?(reference: string, deployment: Deployment): Promise<string | undefined>;
}
