/** Somebody at work: an account of the console, an AWS identity, or the user of a machine. */
export interface Author {
  readonly by: string;
  /** In the console. */
  readonly name?: string | undefined;
}

/** Whether two authors may be the same person: an AWS session ends with its user's name, and the console knows the sign-in name. */
export function mayBeSame(one: Author, other: Author): boolean {
  const names = ({ by, name }: Author) =>
    [by, by.slice(by.lastIndexOf("/") + 1), name].flatMap((each) => each?.toLowerCase() ?? []);
  return names(one).some((each) => names(other).includes(each));
}
