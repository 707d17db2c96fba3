/** The page of whoever has this address, in any spelling. */
export function personPath(email: string, more: Readonly<Record<string, string>> = {}): string {
  return `/people?${new URLSearchParams({ email, ...more })}`;
}

/** The page of one account. @param account `issuer:google.com/1184`, or the hash that decisions have of it */
export function accountPath(account: string): string {
  return `/people?${new URLSearchParams({ account })}`;
}

/** The page that erases whoever is asked for. */
export function erasePath({ email, account = "" }: { readonly email?: string | undefined; readonly account?: string | undefined }): string {
  return `/people/erase?${new URLSearchParams(email === undefined ? { account } : { email })}`;
}
