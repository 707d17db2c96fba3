import { ValueLink } from "./value";

/** Somebody, by an address in any spelling, or by an account: `issuer:google.com/1184`, or the hash that decisions have of it. */
type Somebody = { readonly email: string } | { readonly email?: undefined; readonly account: string };

/** One of the pages about a person. @param page all about them, what is stored as a file, or the page that erases it */
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

/** Takes a form that names people as `person`: `account/<object id>`. It asks first. */
export const CHANGE_PEOPLE_PATH = "/people/change";

export function accountPath(account: string): string {
  return pathOfPerson({ account });
}

export function PersonLink({ email }: { readonly email: string }) {
  return <ValueLink path={personPath(email)} text={email} />;
}
