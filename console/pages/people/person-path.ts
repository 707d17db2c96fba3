/** The page of whoever has this address, in any spelling. */
export function personPath(email: string, more: Readonly<Record<string, string>> = {}): string {
  return `/people?${new URLSearchParams({ email, ...more })}`;
}

/** The page of one account. @param account `issuer:google.com/1184`, or the hash that decisions have of it */
export function accountPath(account: string): string {
  return `/people?${new URLSearchParams({ account })}`;
}

/** The file of everything that is stored about whoever is asked for. */
export function exportPath(asked: WhoAsked): string {
  return `/people/export.jsonl?${askingFor(asked)}`;
}

/** The page that erases whoever is asked for. */
export function erasePath(asked: WhoAsked): string {
  return `/people/erase?${askingFor(asked)}`;
}

interface WhoAsked {
  readonly email?: string | undefined;
  readonly account?: string | undefined;
}

function askingFor({ email, account = "" }: WhoAsked): URLSearchParams {
  return new URLSearchParams(email === undefined ? { account } : { email });
}
