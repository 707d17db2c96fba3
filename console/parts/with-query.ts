/** The part of a visit that holds the address. It is declared here, because the browser's scripts do not know the server's types. */
interface Addressed {
  readonly context: { readonly req: { readonly url: string } };
}

/** The parameter of a list's address that names the row whose panel is open. */
export const OPEN_PARAMETER = "open";
/** The parameter that names the row that was just removed and can be restored. */
export const UNDO_PARAMETER = "undo";
/** The parameter that names the kept remarks on rows that were just added. */
export const REMARKS_PARAMETER = "remarks";
/** The parameter of a list whose search does not go on by itself. */
export const STOP_PARAMETER = "stop";
/** Parameters of a list's address that do not change the list's rows. */
export const passingParameters: readonly string[] = [
  OPEN_PARAMETER,
  "done",
  "set",
  UNDO_PARAMETER,
  "add",
  "added",
  "there",
  REMARKS_PARAMETER,
  "lang",
  STOP_PARAMETER,
];

/** @param more such as "done=same". A text has to be encoded already */
export function withQuery(path: string, more: string | URLSearchParams): string {
  return `${path}${path.includes("?") ? "&" : "?"}${more}`;
}

export function thisAddress({ context }: Addressed, without: readonly string[], parameters: Readonly<Record<string, string>> = {}): string {
  const { pathname, searchParams } = new URL(context.req.url);
  for (const name of without) searchParams.delete(name);
  for (const [name, value] of Object.entries(parameters)) searchParams.set(name, value);
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}
