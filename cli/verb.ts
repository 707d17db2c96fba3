import type { Command } from "commander";
import type { Placed } from "../features/place";
import type { CommandContext } from "./command";

/** The topics, in the order of the help. */
export const topics = ["Write a policy", "People", "Find out why", "Ship", "In an emergency"] as const;

export interface LoadedVerb {
  register(command: Command, session: CommandContext): void;
}

interface Loading extends Placed {
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
export type InnerVerb = { readonly within: string; readonly topic?: never } & (NamedVerb | (Loading & { readonly name?: never }));

/** A verb as the help shows it before the verb's code is loaded. `place` is its position in the help of the program or of its group. */
export type Verb = TopVerb | InnerVerb;
