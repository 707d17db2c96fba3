import { once } from "node:events";
import { readFileSync } from "node:fs";
import { PassThrough, pipeline, Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { createGunzip, createGzip } from "node:zlib";
import type { Decrypter, Encrypter } from "age-encryption";
import { CommandError } from "../../../cli/failure";
import { type OpenBackup, openBackup } from "./read-backup";
import type { BackupPlace } from "./s3-place";

/** The beginning of every age file that is not armoured. */
const AGE_START = "age-encryption.org/v1\n";
/** Anyone with the file can guess as often as they like. */
const MIN_PASSPHRASE = 12;

export interface SealOptions {
  readonly passphraseFile?: string;
  readonly recipient?: readonly string[];
}

export interface OpenOptions {
  readonly passphraseFile?: string;
  readonly identity?: string;
}

/** The backup's encryption; undefined if none is asked for. Throws CommandError. */
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
  return async (plain) => fromWeb(await encrypter.encrypt(toWeb(plain)));
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  if (recipient.startsWith("AGE-SECRET-KEY-")) {
    throw new CommandError(
      "--recipient takes the public half, age1…: that was a secret key. Keep it to yourself, and give it to restore --identity.",
    );
  }
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new CommandError(`--recipient ${recipient} is not an age recipient: they begin with age1. age-keygen makes one.`);
  }
}

/**
 * The plain bytes of what may be encrypted.
 * @param first the first bytes, which `sealed` brings again
 */
async function opened(sealed: Readable, first: Buffer, options: OpenOptions, shown: string): Promise<Readable> {
  const { passphraseFile, identity } = options;
  if (first.toString("latin1", 0, AGE_START.length) !== AGE_START) {
    if (passphraseFile === undefined && identity === undefined) return sealed;
    throw new CommandError(`${shown} is not encrypted: leave out --passphrase-file and --identity if you trust it as it is.`);
  }
  if (passphraseFile === undefined && identity === undefined) {
    throw new CommandError(`${shown} is encrypted: add --passphrase-file FILE, or --identity FILE with the secret key.`);
  }
  const { Decrypter } = await import("age-encryption");
  const decrypter: Decrypter = new Decrypter();
  if (passphraseFile !== undefined) decrypter.addPassphrase(passphraseIn(passphraseFile));
  if (identity !== undefined) for (const each of identitiesIn(identity)) addIdentity(decrypter, each, identity);
  try {
    const fileKey = await fileKeyOf(decrypter, first);
    const opener: Decrypter = new Decrypter();
    opener.addIdentity({ unwrapFileKey: async () => fileKey });
    return fromWeb(await opener.decrypt(toWeb(sealed)));
  } catch (error) {
    const given = passphraseFile === undefined ? "The identity" : "The passphrase";
    if (error instanceof Error && /no identity matched/i.test(error.message)) {
      throw new CommandError(`${given} does not open ${shown}: it was encrypted for another. Nothing was changed.`);
    }
    if (error instanceof Error && isOfAge(error.message)) {
      throw new CommandError(
        `${shown} was changed, damaged or cut off: age cannot read its beginning. Nothing was changed; use another backup.`,
      );
    }
    throw error;
  }
}

/** The keys of files by their headers: each pass over a file opens it again, and a passphrase takes 256 MB to become a key. */
const fileKeys = new Map<string, Promise<Uint8Array>>();

/** @param first the file's beginning: its header ends with the line of its MAC */
async function fileKeyOf(decrypter: Decrypter, first: Buffer): Promise<Uint8Array> {
  const mac = first.indexOf("\n--- ");
  const header = first.subarray(0, mac < 0 ? first.length : first.indexOf("\n", mac + 1) + 1 || first.length);
  const name = header.toString("latin1");
  const key = fileKeys.get(name) ?? decrypter.decryptHeader(header);
  fileKeys.set(name, key);
  key.catch(() => fileKeys.delete(name));
  return await key;
}

/** True for age's errors about unreadable input, which have no names. */
function isOfAge(message: string): boolean {
  return /^(invalid (tag|header|stanza|version|scrypt|X25519|mlkem)|final chunk|ciphertext|scrypt |"?stream)|unexpected EOF|end of/i.test(
    message,
  );
}

function addIdentity(decrypter: Decrypter, identity: string, path: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new CommandError(`${path} holds a line that is not an age identity: they begin with AGE-SECRET-KEY-.`);
  }
}

/** One line; what an editor puts behind it does not count. */
function passphraseIn(path: string): string {
  const passphrase = textIn(path, "--passphrase-file").replace(/\r?\n$/, "");
  if (passphrase.length >= MIN_PASSPHRASE) return passphrase;
  throw new CommandError(`${path} holds a passphrase of ${passphrase.length} characters: use ${MIN_PASSPHRASE} or more.`);
}

/** In the form that age-keygen writes. */
function identitiesIn(path: string): readonly string[] {
  const lines = textIn(path, "--identity").split(/\r?\n/);
  const found = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (found.length > 0) return found;
  throw new CommandError(`${path} holds no identity of age: age-keygen makes one.`);
}

function textIn(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new CommandError(`${option} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Read ahead, in bytes. By default, Node counts chunks against a limit meant for bytes, and reads the whole file. */
const READ_AHEAD = 256 * 1_024;

// The types of Node and of the web differ in name alone.
function toWeb(stream: Readable): globalThis.ReadableStream<Uint8Array> {
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD });
  return Readable.toWeb(stream, { strategy }) as unknown as globalThis.ReadableStream<Uint8Array>;
}

function fromWeb(stream: globalThis.ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as ReadableStream<Uint8Array>);
}

/** gzip's first bytes. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** A text compressed and, if asked for, encrypted. */
export async function packed(text: AsyncIterable<string>, seal?: (plain: Readable) => Promise<Readable>): Promise<Readable> {
  const compressed = joined(Readable.from(text, { objectMode: false }), createGzip());
  return seal === undefined ? compressed : await seal(compressed);
}

/** Opens a backup and reads its beginning. Throws CommandError for what cannot be read. */
export async function unpacked(place: BackupPlace, options: OpenOptions): Promise<OpenBackup> {
  const { shown } = place;
  const sealed = joined(await place.read(), new PassThrough());
  const plain = joined(await opened(sealed, await peeked(sealed), options, shown), new PassThrough());
  const first = await peeked(plain).catch((error: unknown) => Promise.reject(explainedError(error, shown)));
  if (!first.subarray(0, GZIP.length).equals(GZIP)) {
    throw new CommandError(`${shown} is not a Gatehouse backup: it is not compressed as one.`);
  }
  const text = joined(plain, createGunzip());
  text.setEncoding("utf8");
  return await openBackup(readable(text, shown), shown);
}

/** The first bytes, which stay in the stream. */
async function peeked(stream: PassThrough): Promise<Buffer> {
  if (stream.readableLength === 0 && !stream.readableEnded) await Promise.race([once(stream, "readable"), once(stream, "end")]);
  const chunk = stream.read() as Buffer | null;
  if (chunk === null) return Buffer.alloc(0);
  stream.unshift(chunk);
  return chunk;
}

/** The text; an error while unpacking becomes one about the backup. */
async function* readable(text: AsyncIterable<string>, shown: string): AsyncGenerator<string> {
  try {
    yield* text;
  } catch (error) {
    throw explainedError(error, shown);
  }
}

/** Explains errors of gzip and age about faulty input. */
function explainedError(error: unknown, shown: string): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR") return new CommandError(`${shown} is cut off. Nothing was changed; use another backup.`);
  if (!code.startsWith("Z_") && !isOfAge(message)) return error;
  return new CommandError(`${shown} was changed, damaged or cut off: it cannot be unpacked. Nothing was changed; use another backup.`);
}

/** One stream into another, whose end and whose errors are the first one's. */
function joined<T extends NodeJS.WritableStream & Readable>(from: Readable, into: T): T {
  pipeline(from, into as NodeJS.WritableStream, () => undefined);
  return into;
}
