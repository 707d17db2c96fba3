/** A visit, of which no more is needed here: the browser's scripts know none of the server's types. */
interface Addressed {
  readonly context: { readonly req: { readonly url: string } };
}

/** The parameter of a list's address that names the row whose panel is open. */
export const OPEN_PARAMETER = "open";
/** Names what was removed just now, and can be put back. */
export const UNDO_PARAMETER = "undo";
/** Parameters of a list's address that say what was just done or is open beside it: the list is the same without them. */
export const passingParameters: readonly string[] = [OPEN_PARAMETER, "done", "set", UNDO_PARAMETER, "add", "added", "there", "lang"];

/** A path with more in its query. @param more "done=same", encoded if it is a text */
export function withQuery(path: string, more: string | URLSearchParams): string {
  return `${path}${path.includes("?") ? "&" : "?"}${more}`;
}

/** The address of this very page without some of its parameters, and with others set. */
export function thisAddress({ context }: Addressed, without: readonly string[], parameters: Readonly<Record<string, string>> = {}): string {
  const { pathname, searchParams } = new URL(context.req.url);
  for (const name of without) searchParams.delete(name);
  for (const [name, value] of Object.entries(parameters)) searchParams.set(name, value);
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}
