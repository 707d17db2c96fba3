import { FIRST_WORD } from "./format";

/** The beginning of every age file that is not armoured. */
export const AGE_START = "age-encryption.org/v1\n";
export const ARMOUR_START = "-----BEGIN AGE ENCRYPTED FILE-----";
/** gzip's first bytes. */
export const GZIP_START = "\x1f\x8b";
export const PLAIN_START = JSON.stringify([FIRST_WORD]).slice(0, -1);

interface Kind {
  /** One character a byte. */
  readonly start: string;
  /** Where it stands, in bytes. */
  readonly at?: number;
  readonly what: string;
}

const DECRYPT = "decrypt it first, and restore what comes out";
const UNPACK = "unpack it first, and restore what comes out";
const FETCH = "a page of HTML or XML: fetch the backup again";

/** What people have where they expect a backup. */
const kinds: readonly Kind[] = [
  { start: GZIP_START, what: `compressed twice: ${UNPACK}` },
  { start: ARMOUR_START, what: `encrypted twice: ${DECRYPT}` },
  { start: AGE_START, what: `encrypted twice: ${DECRYPT}` },
  { start: "PK\x03\x04", what: `a zip archive: ${UNPACK}` },
  { start: "7z\xbc\xaf\x27\x1c", what: `a 7z archive: ${UNPACK}` },
  { start: "ustar", at: 257, what: `a tar archive: ${UNPACK}` },
  { start: "\xfd7zXZ\0", what: `compressed by xz: ${UNPACK}` },
  { start: "\x28\xb5\x2f\xfd", what: `compressed by zstd: ${UNPACK}` },
  { start: "BZh", what: `compressed by bzip2: ${UNPACK}` },
  { start: "-----BEGIN PGP MESSAGE-----", what: `encrypted by OpenPGP: ${DECRYPT}` },
  // A packet of a key that is encrypted by a passphrase, by a public key.
  { start: "\x8c\x0d", what: `encrypted by OpenPGP: ${DECRYPT}` },
  { start: "\x84", what: `encrypted by OpenPGP: ${DECRYPT}` },
  { start: "\x85", what: `encrypted by OpenPGP: ${DECRYPT}` },
  { start: "Salted__", what: `encrypted by OpenSSL: ${DECRYPT}` },
  { start: "U2FsdGVkX1", what: `encrypted by OpenSSL, in base64: ${DECRYPT}` },
  { start: "H4sI", what: `in base64: ${UNPACK}` },
  { start: '{"Item":', what: "an export of DynamoDB: import it into a table, and use --from-table" },
  { start: "<!DOCTYPE", what: FETCH },
  { start: "<html", what: FETCH },
  { start: "<?xml", what: FETCH },
];

export function startsWith(bytes: Buffer, start: string, at = 0): boolean {
  return bytes.toString("latin1", at, at + start.length) === start;
}

/** Says what a file is that is no backup. @param bytes its beginning, decrypted and unpacked as far as could be */
export function describeFile(bytes: Buffer, shown: string): string {
  if (bytes.length === 0) return `${shown} is empty: it holds no backup.`;
  const kind = kinds.find(({ start, at }) => startsWith(bytes, start, at));
  if (kind !== undefined) return `${shown} is not a Gatehouse backup but ${kind.what}.`;
  return `${shown} is not a Gatehouse backup, or its beginning was damaged or cut off. If it came in parts, join them first.`;
}
