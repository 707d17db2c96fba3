import { crc32 } from "node:zlib";

/** Parts of a release's folder, and of the stack that its template makes. */
export const RELEASE_TEMPLATE = "gatehouse.template.json";
/** The policy's folder in the package. */
export const RELEASE_POLICY = "samples/policies/template";
/** An app's stack has this id, too. */
export const RELEASE_STACK = "Gatehouse";

/** Signatures of a zip's parts, and the lengths of their fixed fields. */
const [ENTRY, LISTED, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [ENTRY_BYTES, LISTED_BYTES, END_BYTES] = [30, 46, 22];
/** 1980-01-01, the first day that a zip can name. */
const DAY = 0x21;
const UTF8 = 0x0800;
/** The version of the format that stored entries need, made on Unix, so that the mode counts. */
const [NEEDED, MADE_BY] = [10, 0x030a];
const MODE = 0o100644;

/**
 * Packs files so that equal files give equal bytes: by name, with one date and one mode. Entries are stored, because what zlib makes of
 * them differs between versions of Node.
 */
export function packZip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const nameBytes = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(NEEDED, 0);
    facts.writeUInt16LE(UTF8, 2);
    facts.writeUInt16LE(DAY, 8);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(nameBytes.length, 22);
    const listed = Buffer.alloc(LISTED_BYTES);
    listed.writeUInt32LE(LISTED, 0);
    listed.writeUInt16LE(MADE_BY, 4);
    facts.copy(listed, 6);
    listed.writeUInt32LE(MODE * 0x10000, 38);
    listed.writeUInt32LE(offset, 42);
    const signature = Buffer.alloc(4);
    signature.writeUInt32LE(ENTRY, 0);
    parts.push(signature, facts, nameBytes, content);
    list.push(listed, nameBytes);
    offset += ENTRY_BYTES + nameBytes.length + content.length;
  }
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...list, end]);
}

/** Reads a zip that `packZip` made. Throws for any other. */
export function unpackZip(zip: Buffer): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (zip.readUInt32LE(at) === ENTRY) {
    const [method, crc, size, nameLength] = [
      zip.readUInt16LE(at + 8),
      zip.readUInt32LE(at + 14),
      zip.readUInt32LE(at + 22),
      zip.readUInt16LE(at + 26),
    ];
    const begin = at + ENTRY_BYTES + nameLength;
    const content = zip.subarray(begin, begin + size);
    if (method !== 0 || content.length !== size || crc32(content) !== crc) throw new Error("The zip is damaged, or not one of a release.");
    files.set(zip.toString("utf8", at + ENTRY_BYTES, begin), content);
    at = begin + size;
  }
  return files;
}
