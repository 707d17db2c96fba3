import { createHash } from "node:crypto";
import type { Fields } from "../../sign-up/identity-verifier";

const GUID_BYTES = 16;

/**
 * What a vendor knows one question by: the same GUID on every instance for the same person and the same fields, so that
 * the vendor, too, can tell a repeat. RFC 9562 §5.8, version 8: its bits come from a hash.
 * @param person see `personKey`
 */
export function questionReference(vendor: string, person: string, fields: Fields): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256")
    .update(JSON.stringify([vendor, person, sorted]))
    .digest();
  const guid = hash.subarray(0, GUID_BYTES);
  guid.writeUInt8((guid.readUInt8(6) & 0x0f) | 0x80, 6);
  guid.writeUInt8((guid.readUInt8(8) & 0x3f) | 0x80, 8);
  return guid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
