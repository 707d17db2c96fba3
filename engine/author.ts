/** A person who makes changes: an account of the console, an AWS identity, or the user of a machine. */
export interface NamedAuthor {
  readonly by: string;
  /** Set in the console only. */
  readonly name?: string | undefined;
  /** The account's other names in Entra, including its user name. Set in the console only. */
  readonly userNames?: readonly string[] | undefined;
}

/** True if two authors may be the same person: an AWS session ends with its user's name, and the console knows the user name. */
export function mayBeSame(one: NamedAuthor, other: NamedAuthor): boolean {
  const names = ({ by, name, userNames = [] }: NamedAuthor) =>
    [by, by.slice(by.lastIndexOf("/") + 1), name, ...userNames].flatMap((each) => each?.toLowerCase() ?? []);
  return names(one).some((each) => names(other).includes(each));
}
