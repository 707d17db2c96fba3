import type { Command } from "commander";
import type { Placed } from "../features/place";
import type { CommandContext } from "./command";

/** Topics of the help, in the order in which the help shows them. */
export const topics = ["Write a policy", "People", "Find out why", "Ship", "In an emergency"] as const;

/** The code of a verb or of a group's verbs. */
export interface LoadedVerb {
  register(command: Command, session: CommandContext): void;
}

interface Loading extends Placed {
  load(): Promise<LoadedVerb>;
}

interface NamedVerb extends Loading {
  readonly name: string;
  /** A line in the help. */
  readonly summary: string;
}

/** A group of verbs, or one verb, of the program. */
export interface TopVerb extends NamedVerb {
  readonly topic: (typeof topics)[number];
  /** A group's purpose, for the group's own help. Absent for a single verb, because the verb's code contains its description. */
  readonly about?: string;
  readonly within?: never;
}

/**
 * An addition of a feature to the group `within`, which belongs to another feature. With a name, it is a verb of that group. Without a name, its
 * code adds verbs or options to the group itself.
 */
export type InnerVerb = { readonly within: string; readonly topic?: never } & (NamedVerb | (Loading & { readonly name?: never }));

/** A verb as the help shows it before the verb's code is loaded. `place` is its position in the help of the program or of its group. */
export type Verb = TopVerb | InnerVerb;
