/** A filter of a list: a chip and a field on its page, an option of its command. */
export interface Filter {
  /** The command's option: `--by <who>`. */
  readonly flag: string;
  /** The option's text in the command's help. */
  readonly help: string;
  /** In the reader's language. */
  readonly label: string;
  readonly hint?: string;
  /** `since` and `until` are moments: the list is of things that happened. */
  readonly kind: "text" | "choice" | "since" | "until";
  /** The values of a choice, with their labels in the reader's language. */
  readonly choices?: Readonly<Record<string, string>>;
  /** True if the option takes values that the page does not offer. @default false */
  readonly isOpen?: true;
}

/** By the name of the parameter in the page's address, which is the query's member too. */
export type Filters = Readonly<Record<string, Filter>>;

/** The values that an operator filters by. A filter that is not set is absent. */
export type Query<F extends Filters> = {
  readonly [K in keyof F]?: (F[K]["kind"] extends "since" | "until" ? Date : string) | undefined;
};
