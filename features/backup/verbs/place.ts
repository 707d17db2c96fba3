import { createReadStream, createWriteStream, existsSync, type ReadStream, statSync } from "node:fs";
import { access, constants, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DeploymentOptions } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import type { BackupPlace } from "./s3-place";

export async function backupPlaceAt(text: string, options: Pick<DeploymentOptions, "region" | "profile">): Promise<BackupPlace> {
  if (text === "-") throw new CommandError("A backup is read twice, so it needs a file or s3://bucket/key: - is no place for one.");
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return filePlace(text);
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*[^/])$/.exec(text) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new CommandError(`${text} is not a place for a backup: name a file, or an object as s3://bucket/key.`);
  }
  const { s3Place } = await import("./s3-place");
  return s3Place(bucket, key, options);
}

/** Only its owner can read the file. */
function filePlace(path: string): BackupPlace {
  let firstStamp: string | undefined;
  return {
    shown: path,
    async check(force) {
      if (existsSync(path)) {
        if (!statSync(path).isFile()) throw new CommandError(`${path} is not a file: name the file to write.`);
        if (!force) throw new CommandError(`${path} exists: add --force to overwrite it.`);
      }
      await access(dirname(path), constants.W_OK).catch(() => {
        throw new CommandError(`${dirname(path)} is not a folder that you may write to.`);
      });
    },
    async write(bytes, _, signal) {
      const draftPath = `${path}.${process.pid}.tmp`;
      try {
        await pipeline(bytes, createWriteStream(draftPath, { flags: "wx", mode: 0o600 }), { signal });
        await flush(draftPath);
        const { size } = statSync(draftPath);
        await rename(draftPath, path);
        return size;
      } catch (error) {
        await rm(draftPath, { force: true });
        throw error;
      }
    },
    async read() {
      const stamp = readFileStamp(path);
      firstStamp ??= stamp;
      if (stamp !== firstStamp) throw new CommandError(`${path} has changed while it was read: repeat the command.`);
      return await awaitReady(createReadStream(path), path);
    },
  };
}

/** Writes a file from the cache to the disk before the file is renamed, so that no backup is incomplete. */
async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync();
  await file.close();
}

function readFileStamp(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return [ino, size, mtimeMs].join("/");
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function awaitReady(stream: ReadStream, path: string): Promise<Readable> {
  await new Promise<void>((resolve, reject) => stream.once("ready", resolve).once("error", (error) => reject(unreadable(path, error))));
  return stream;
}

function unreadable(path: string, error: unknown): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  return new CommandError(code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${code}.`);
}
