import type { IncomingMessage } from "node:http";

/** Names of this machine. Any other name that leads here is a page's that rebinds its own host name to this address. */
const ownNames = ["127.0.0.1", "localhost", "[::1]"];
const HTTP_PORT = 80;

/**
 * Says why a request cannot be a local program's or a page's of this very server; undefined if it can. A browser sends
 * a page's requests to any address, so every server of this process asks this first.
 * @param port where the server listens
 */
export function foreignTo(port: number, { headers }: IncomingMessage): string | undefined {
  const { host = "", origin } = headers;
  if (!isOwnHost(host, port)) return "its Host is another";
  if (origin !== undefined && origin !== `http://${host}`) return "its Origin is another";
  return isFetchedFromElsewhere(headers) ? "a page of another origin made it" : undefined;
}

function isOwnHost(host: string, port: number): boolean {
  return ownNames.some((name) => host === `${name}:${port}` || (port === HTTP_PORT && host === name));
}

/** What a page loads without CORS carries no Origin. Following a link is no such load: mails link to the console. */
function isFetchedFromElsewhere(headers: IncomingMessage["headers"]): boolean {
  const site = headers["sec-fetch-site"];
  return (site === "cross-site" || site === "same-site") && headers["sec-fetch-mode"] !== "navigate";
}
