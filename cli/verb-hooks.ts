import type { AwsClient } from "../adapters/aws/client";
import type { Deployment } from "./deployment";
import type { Fault } from "./failure";

export interface RowsPlace {
  readonly client: AwsClient;
  readonly decisions: string;
  readonly accessList: string;
  readonly gates: readonly string[];
  readonly now: Date;
  /** Options that name the deployment, for a suggested command. */
  readonly flags: string;
}

/** A check of those rows of the decisions table that people can write or delete by hand. */
export interface TypedRows {
  readonly name: string;
  faults(place: RowsPlace): Promise<readonly Fault[]>;
}

/** Additions of a feature to verbs of other features, which must not import it. */
export interface VerbHooks {
  /** `doctor` runs this check of rows that people write by hand. */
  readonly typedRows?: TypedRows;
  /** Explains a reference code that belongs to no decision. Undefined if the feature does not know the code. */
  explainCode?(reference: string, deployment: Deployment): Promise<string | undefined>;
}
