const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Whether nobody on the way can read what goes to an address: https, or this very machine. */
export function isGuarded({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && loopback.has(hostname));
}
