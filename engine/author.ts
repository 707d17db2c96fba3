/** Somebody at work: an account of the console, an AWS identity, or the user of a machine. */
export interface NamedAuthor {
  readonly by: string;
  /** In the console. */
  readonly name?: string | undefined;
}

/** Whether two authors may be the same person: an AWS session ends with its user's name, and the console knows the sign-in name. */
export function mayBeSame(one: NamedAuthor, other: NamedAuthor): boolean {
  const names = ({ by, name }: NamedAuthor) => [by, by.slice(by.lastIndexOf("/") + 1), name].flatMap((each) => each?.toLowerCase() ?? []);
  return names(one).some((each) => names(other).includes(each));
}
