import { once } from "node:events";
import { PassThrough, pipeline, Readable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import { CommandError } from "../failure";
import type { BackupPlace } from "./backup-place";
import { isOfAge, type OpenOptions, opened } from "./encryption";
import { type OpenBackup, openBackup } from "./read-backup";

/** How gzip begins. */
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
  const first = await peeked(plain).catch((error: unknown) => Promise.reject(told(error, shown)));
  if (!first.subarray(0, GZIP.length).equals(GZIP)) {
    throw new CommandError(`${shown} is no backup of Gatehouse: it is not compressed as one.`);
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

/** The text; what cannot be unpacked is told of the backup. */
async function* readable(text: AsyncIterable<string>, shown: string): AsyncGenerator<string> {
  try {
    yield* text;
  } catch (error) {
    throw told(error, shown);
  }
}

/** What gzip and age say of bytes that they cannot take. */
function told(error: unknown, shown: string): unknown {
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
