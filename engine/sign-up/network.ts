/** Begins an IPv4 address that is written as IPv6: ::ffff:192.0.2.1. */
const MAPPED = "0:0:0:0:0:ffff";

/** Returns an IPv4 address itself, or the first 64 bits of an IPv6 address. Undefined for any other text. */
export function parseNetwork(address: string): string | undefined {
  const text = address.trim();
  if (/^[\d.]+$/.test(text)) return urlHost(text);
  const host = urlHost(`[${text}]`)?.slice(1, -1);
  if (host === undefined) return undefined;
  const groups = expandIpv6Groups(host);
  if (groups.slice(0, 6).join(":") === MAPPED) {
    const bytes = groups.slice(6).flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
    return bytes.join(".");
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}

function urlHost(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

function expandIpv6Groups(host: string): readonly string[] {
  const sides = host.split("::").map((side) => side.split(":").filter((group) => group !== ""));
  const [before, after] = sides as [string[], string[]?];
  if (after === undefined) return before;
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}
