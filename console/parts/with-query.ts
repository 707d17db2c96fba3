/** A path with more in its query. @param more "done=same", encoded if it is a text */
export function withQuery(path: string, more: string | URLSearchParams): string {
  return `${path}${path.includes("?") ? "&" : "?"}${more}`;
}
