import { readFileSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createGunzip, createGzip } from "node:zlib";
import type { Decrypter, Encrypter } from "age-encryption";
import { CommandError } from "../../../cli/failure";
import { FIRST_WORD } from "./format";
import { type OpenBackup, openBackup } from "./read-backup";
import type { BackupPlace } from "./s3-place";

/** The beginning of every age file in binary form. */
const AGE_START = "age-encryption.org/v1\n";
const ARMOUR_START = "-----BEGIN AGE ENCRYPTED FILE-----";
const GZIP_START = "\x1f\x8b";
const PLAIN_START = JSON.stringify([FIRST_WORD]).slice(0, -1);

function startsWith(bytes: Buffer, start: string): boolean {
  return bytes.toString("latin1", 0, start.length) === start;
}

function describeFile(bytes: Buffer, placeName: string): string {
  if (bytes.length === 0) return `${placeName} is empty: it holds no backup.`;
  return `${placeName} is not a Gatehouse backup, or its beginning was damaged or cut off. If it came in parts, join them first; if another program packed or encrypted it, undo that first. Rows of a table come by --from-table.`;
}

/** Minimum length of a passphrase, in characters. Anyone with the file can try any number of passphrases, so a short one is not enough. */
const MIN_PASSPHRASE = 12;

export interface SealOptions {
  readonly passphraseFile?: string;
  readonly recipient?: readonly string[];
}

export interface OpenOptions {
  readonly passphraseFile?: string;
  readonly identity?: string;
}

/** Returns the function that encrypts a backup. Undefined if no encryption was requested. Throws CommandError if an option is wrong. */
export async function sealing({
  passphraseFile,
  recipient = [],
}: SealOptions): Promise<((plain: Readable) => Promise<Readable>) | undefined> {
  if (passphraseFile === undefined && recipient.length === 0) return undefined;
  if (passphraseFile !== undefined && recipient.length > 0) {
    throw new CommandError("Use --passphrase-file or --recipient: age knows one or the other for a file.");
  }
  const { Encrypter } = await import("age-encryption");
  const encrypter: Encrypter = new Encrypter();
  if (passphraseFile !== undefined) encrypter.setPassphrase(passphraseIn(passphraseFile));
  for (const each of recipient) addRecipient(encrypter, each);
  return async (plain) => readFromWeb(await encrypter.encrypt(toWeb(plain)));
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  if (recipient.startsWith("AGE-SECRET-KEY-")) {
    throw new CommandError(
      "--recipient takes the public key, age1…, but this is the secret key. Keep the secret key to yourself, and give it to restore --identity.",
    );
  }
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new CommandError(`--recipient ${recipient} is not an age recipient: they begin with age1. age-keygen makes one.`);
  }
}

async function decryptBytes({ first, bytes }: Peeked, options: OpenOptions, placeName: string): Promise<AsyncIterable<Buffer>> {
  const { passphraseFile, identity } = options;
  if (!startsWith(first, AGE_START)) {
    if (passphraseFile === undefined && identity === undefined) return bytes;
    if (!startsWith(first, GZIP_START) && !startsWith(first, PLAIN_START)) throw new CommandError(describeFile(first, placeName));
    throw new CommandError(`${placeName} is not encrypted: leave out --passphrase-file and --identity if you trust it as it is.`);
  }
  if (passphraseFile === undefined && identity === undefined) {
    throw new CommandError(`${placeName} is encrypted: add --passphrase-file FILE, or --identity FILE with the secret key.`);
  }
  const { Decrypter } = await import("age-encryption");
  const decrypter: Decrypter = new Decrypter();
  if (passphraseFile !== undefined) decrypter.addPassphrase(passphraseIn(passphraseFile));
  if (identity !== undefined) for (const each of identitiesIn(identity)) addIdentity(decrypter, each, identity);
  const header = ageHeader(first);
  try {
    const fileKey = await getFileKey(decrypter, header, options);
    const opener: Decrypter = new Decrypter();
    opener.addIdentity({ unwrapFileKey: async () => fileKey });
    return readFromWeb(await opener.decrypt(toWeb(toReadable(bytes))));
  } catch (error) {
    if (error instanceof Error && /no identity matched/i.test(error.message)) {
      throw new CommandError(`${explainUnopened(header, options, placeName)} Nothing was changed.`);
    }
    throw explainedError(error, placeName);
  }
}

/** The file's header names the kinds of keys that open it. */
function explainUnopened(header: Buffer, { passphraseFile, identity }: OpenOptions, placeName: string): string {
  const types = [...header.toString("latin1").matchAll(/^-> (\S+)/gm)].map(([, type]) => type ?? "");
  if (types.every((type) => type.startsWith("ssh-"))) {
    return `${placeName} was encrypted for an SSH key: decrypt it first, by age --decrypt -i KEY, and restore what comes out.`;
  }
  const wants = types.includes("scrypt") ? "--passphrase-file" : "--identity";
  if (wants === "--passphrase-file" && passphraseFile === undefined)
    return `${placeName} was encrypted by a passphrase: use ${wants} FILE.`;
  if (wants === "--identity" && identity === undefined)
    return `${placeName} was encrypted for a key: use ${wants} FILE with the secret key.`;
  const key = wants === "--identity" ? "identity" : "passphrase";
  return `The ${key} does not open ${placeName}. The file was encrypted for another ${key}, or its beginning was damaged.`;
}

/** File keys by header and options. Each pass opens the file again, and deriving a key from a passphrase takes 256 MB of memory. */
const fileKeys = new Map<string, Promise<Uint8Array>>();

async function getFileKey(decrypter: Decrypter, header: Buffer, options: OpenOptions): Promise<Uint8Array> {
  const name = JSON.stringify([header.toString("latin1"), options.passphraseFile, options.identity]);
  const key = fileKeys.get(name) ?? decrypter.decryptHeader(header);
  fileKeys.set(name, key);
  key.catch(() => fileKeys.delete(name));
  return await key;
}

/** The header ends with the line that contains its MAC. */
function ageHeader(first: Buffer): Buffer {
  const mac = first.indexOf("\n--- ");
  return first.subarray(0, mac < 0 ? first.length : first.indexOf("\n", mac + 1) + 1 || first.length);
}

function addIdentity(decrypter: Decrypter, identity: string, path: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new CommandError(`${path} holds a line that is not an age identity: they begin with AGE-SECRET-KEY-.`);
  }
}

/** Ignores the line end that an editor adds. */
function passphraseIn(path: string): string {
  const passphrase = textIn(path, "--passphrase-file").replace(/\r?\n$/, "");
  if (passphrase.length >= MIN_PASSPHRASE) return passphrase;
  throw new CommandError(`${path} holds a passphrase of ${passphrase.length} characters: use ${MIN_PASSPHRASE} or more.`);
}

function identitiesIn(path: string): readonly string[] {
  const lines = textIn(path, "--identity").split(/\r?\n/);
  const identityLines = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (identityLines.length > 0) return identityLines;
  throw new CommandError(`${path} holds no identity of age: age-keygen makes one.`);
}

function textIn(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`${option} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function toReadable(bytes: AsyncIterable<Buffer>): Readable {
  return Readable.from(bytes, { objectMode: false });
}

/** Number of bytes that are read in advance. By default, Node counts chunks instead of bytes, so it would read the whole file. */
const READ_AHEAD = 256 * 1_024;

// The stream types of Node and of the web differ only in name.
function toWeb(stream: Readable): globalThis.ReadableStream<Uint8Array> {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD });
  return Readable.toWeb(stream, { strategy }) as unknown as globalThis.ReadableStream<Uint8Array>;
}

function readFromWeb(stream: globalThis.ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as ReadableStream<Uint8Array>);
}

export async function packText(text: AsyncIterable<string>, seal?: (plain: Readable) => Promise<Readable>): Promise<Readable> {
  const compressedText = pipeStream(Readable.from(text, { objectMode: false }), createGzip());
  return seal === undefined ? compressedText : await seal(compressedText);
}

/** Throws CommandError if the backup cannot be read. */
export async function unpackBackup(place: BackupPlace, options: OpenOptions): Promise<OpenBackup> {
  const { shown } = place;
  const storedBytes = await place.read();
  try {
    const whole = await peek(readStored(storedBytes));
    const sealedBytes = startsWith(whole.first, ARMOUR_START) ? await peek(decodeArmour(whole.bytes)) : whole;
    const plain = await peek(await decryptBytes(sealedBytes, options, shown));
    const text = startsWith(plain.first, GZIP_START) ? await peek(pipeStream(toReadable(plain.bytes), createGunzip())) : plain;
    if (!startsWith(text.first, PLAIN_START)) throw new CommandError(describeFile(text.first, shown));
    return await openBackup(readText(text.bytes, shown), shown);
  } catch (error) {
    storedBytes.destroy();
    throw explainedError(error, shown);
  }
}

/** Decodes age's text form: base64 lines between two lines of dashes. Ignores errors, because age's checksum detects them. */
async function* decodeArmour(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk.toString("latin1")).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield Buffer.from(lines.filter((line) => !line.startsWith("-")).join(""), "base64");
  }
}

/** The number of bytes that suffices for age's header, and to identify other kinds of files. */
const PEEKED_BYTES = 64 * 1_024;

interface Peeked {
  readonly first: Buffer;
  /** All bytes of the file, including the bytes in `first`. */
  readonly bytes: AsyncIterable<Buffer>;
}

async function peek(bytes: AsyncIterable<Buffer>): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  for (let size = 0; size < PEEKED_BYTES; ) {
    const { value, done } = await iterator.next();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  const rest = { [Symbol.asyncIterator]: () => iterator };
  const all = async function* () {
    yield* chunks;
    yield* rest;
  };
  return { first: Buffer.concat(chunks), bytes: all() };
}

/** Errors of the storage, which say nothing about the backup. */
const readErrors = new WeakSet<object>();

async function* readStored(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    readErrors.add(error as Error);
    throw error;
  }
}

async function* readText(bytes: AsyncIterable<Buffer>, placeName: string): AsyncGenerator<string> {
  try {
    yield* toReadable(bytes).setEncoding("utf8");
  } catch (error) {
    throw explainedError(error, placeName);
  }
}

/** Explains what is wrong with the file. Errors of gzip and age have no names to tell them apart. */
function explainedError(error: unknown, placeName: string): unknown {
  if (error instanceof CommandError || readErrors.has(error as Error)) return error;
  if ((error as NodeJS.ErrnoException).code === "Z_BUF_ERROR") {
    return new CommandError(`${placeName} is cut off. Nothing was changed; use another backup.`);
  }
  return new CommandError(`${placeName} was changed, damaged or cut off: it cannot be unpacked. Nothing was changed; use another backup.`);
}

/** The end and the errors of `from` reach `into`. */
function pipeStream<T extends NodeJS.WritableStream & Readable>(from: Readable, into: T): T {
  pipeline(from, into as NodeJS.WritableStream, () => undefined);
  return into;
}
