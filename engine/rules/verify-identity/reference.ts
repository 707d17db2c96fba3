import type { Fields } from "../../sign-up/identity-verifier";
import type { HashOf } from "../../sign-up/person";

const GUID_BYTES = 16;

/**
 * What a vendor knows one question by: the same GUID on every instance for the same person and the same fields, so that
 * the vendor, too, can tell a repeat. RFC 9562 §5.8, version 8: its bits come from a hash.
 * @param person see `personKey`
 * @param hashOf keyed: the fields are a person's
 */
export function questionReference(vendor: string, person: string, fields: Fields, hashOf: HashOf): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = Buffer.from(hashOf(JSON.stringify(["question", vendor, person, sorted])), "base64url");
  const guid = hash.subarray(0, GUID_BYTES);
  guid.writeUInt8((guid.readUInt8(6) & 0x0f) | 0x80, 6);
  guid.writeUInt8((guid.readUInt8(8) & 0x3f) | 0x80, 8);
  return guid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
