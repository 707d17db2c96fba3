/** Calls a second of one client, and at once. */
const RATE = 5;
const BURST = 20;
/** Clients that are remembered: whoever comes from more addresses than that pays for as many. */
const MOST_CLIENTS = 10_000;
const MS_PER_CALL = 1_000 / RATE;

/**
 * Says whether one more call of a client may pass: one that calls too often is refused before anything is done for it, and
 * keeps out nobody else. Each instance of the function counts for itself.
 */
export function clientLimit(): (client: string, now: Date) => boolean {
  /** Until when each has used up its calls: the one that called last stands last. */
  const usedUntil = new Map<string, number>();
  return (address, now) => {
    const client = clientOf(address);
    const at = now.getTime();
    const until = Math.max(usedUntil.get(client) ?? at, at) + MS_PER_CALL;
    if (until - at > BURST * MS_PER_CALL) return false;
    usedUntil.delete(client);
    usedUntil.set(client, until);
    for (const oldest of usedUntil.keys()) if (usedUntil.size > MOST_CLIENTS) usedUntil.delete(oldest);
    return true;
  };
}

/** Whoever has an IPv6 address has its network of 64 bits, and with it any number of addresses. */
function clientOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const all = [...groups, ...Array.from({ length: missing }, () => "0"), ...(tail ?? "").split(":")];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
