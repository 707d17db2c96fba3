import { ValueLink } from "./value";

/** A person by an address in any spelling, or by an account. The account is `issuer:google.com/1184`, or its hash from a decision. */
type Somebody = { readonly email: string } | { readonly email?: undefined; readonly account: string };

/** @param page empty: the person's page. `/export.jsonl`: a file of the person's data. `/erase`: the page that erases the data */
export function pathOfPerson(
  who: Somebody,
  page: "" | "/export.jsonl" | "/erase" = "",
  more: Readonly<Record<string, string>> = {},
): string {
  return `/people${page}?${new URLSearchParams({ ...(who.email === undefined ? { account: who.account } : { email: who.email }), ...more })}`;
}

export function personPath(email: string, more?: Readonly<Record<string, string>>): string {
  return pathOfPerson({ email }, "", more);
}

/**
 * This path receives forms about people. Each field `person` names one person: `account/<object id>`. The path's page asks before it
 * changes anything.
 */
export const CHANGE_PEOPLE_PATH = "/people/change";

export function accountPath(account: string): string {
  return pathOfPerson({ account });
}

export function PersonLink({ email }: { readonly email: string }) {
  return <ValueLink path={personPath(email)} text={email} />;
}
