import type { Fields } from "../../sign-up/identity-verifier";
import type { HashOf } from "../../sign-up/person";

const GUID_BYTES = 16;

/**
 * Stands for one question to a vendor: the same on every instance for the same person and the same fields.
 * @param person see `personKeyAt`: what a vendor says by one gate's settings holds at no other
 * @param hashOf keyed: the fields are a person's
 */
export function questionHash(vendor: string, person: string, fields: Fields, hashOf: HashOf): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(["question", vendor, person, sorted]));
}

/** What a vendor knows a question by, so that it, too, can tell a repeat: a GUID. RFC 9562 §5.8, version 8: its bits come from a hash. */
export function questionReference(question: string): string {
  const guid = Buffer.from(question, "base64url").subarray(0, GUID_BYTES);
  guid.writeUInt8((guid.readUInt8(6) & 0x0f) | 0x80, 6);
  guid.writeUInt8((guid.readUInt8(8) & 0x3f) | 0x80, 8);
  return guid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
