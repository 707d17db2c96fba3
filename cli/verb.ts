import type { Command } from "commander";
import type { AwsClient } from "../adapters/aws/client";
import type { Ordered } from "../features/order";
import type { CommandContext } from "./command";
import type { Deployment } from "./deployment";
import type { Fault } from "./failure";

/** The topics, in the order of the help. */
export const topics = ["Write a policy", "People", "Find out why", "Ship", "In an emergency"] as const;

export interface LoadedVerb {
  register(command: Command, session: CommandContext): void;
}

interface Loading extends Ordered {
  load(): Promise<LoadedVerb>;
}

interface NamedVerb extends Loading {
  readonly name: string;
  readonly summary: string;
}

export interface TopVerb extends NamedVerb {
  readonly topic: (typeof topics)[number];
  /** The description in the group's own help. Absent for a single verb, because the verb's code contains its description. */
  readonly about?: string;
  readonly within?: never;
}

/** An addition to another feature's group: a verb if it has a name, otherwise code that adds verbs or options to the group itself. */
type InnerVerb = { readonly within: string; readonly topic?: never } & (NamedVerb | (Loading & { readonly name?: never }));

/** A verb as the help shows it before the verb's code is loaded. `place` is its position in the help of the program or of its group. */
export type Verb = TopVerb | InnerVerb;

interface RowsPlace {
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
