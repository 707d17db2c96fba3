import { BlockList, isIP } from "node:net";

const ranges = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
  ...["::/127", "fc00::/7", "fe80::/10", "ff00::/8"],
] as const;
const reservedRanges = new BlockList();
for (const range of ranges) {
  const [net = "", bits] = range.split("/");
  reservedRanges.addSubnet(net, Number(bits), isIP(net) === 4 ? "ipv4" : "ipv6");
}
const OWN_NAMES = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** True if a URL's host can be on the internet: not private, local or link-local. */
export function isPublicHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const family = isIP(host);
  if (family === 0) return !OWN_NAMES.test(host);
  return !reservedRanges.check(host, family === 4 ? "ipv4" : "ipv6");
}
