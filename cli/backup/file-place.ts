import { createReadStream, createWriteStream, existsSync, type ReadStream, statSync } from "node:fs";
import { access, constants, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CommandError } from "../failure";
import type { BackupPlace } from "./backup-place";

/** A file of this machine, for its owner's eyes alone. */
export function filePlace(path: string): BackupPlace {
  let seen: string | undefined;
  return {
    shown: path,
    async check(force) {
      if (existsSync(path)) {
        if (!statSync(path).isFile()) throw new CommandError(`${path} is no file: name the file to write.`);
        if (!force) throw new CommandError(`${path} exists: add --force to overwrite it.`);
      }
      await access(dirname(path), constants.W_OK).catch(() => {
        throw new CommandError(`${dirname(path)} is no folder that you may write to.`);
      });
    },
    async write(bytes, _, signal) {
      const unfinished = `${path}.${process.pid}.tmp`;
      try {
        await pipeline(bytes, createWriteStream(unfinished, { flags: "wx", mode: 0o600 }), { signal });
        await flush(unfinished);
        const { size } = statSync(unfinished);
        await rename(unfinished, path);
        return size;
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    async read() {
      const found = stampOf(path);
      seen ??= found;
      if (found !== seen) throw new CommandError(`${path} has changed while it was read: repeat the command.`);
      return await started(createReadStream(path), path);
    },
  };
}

/** On the disk, not in its cache alone: a backup that is there is whole. */
async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync();
  await file.close();
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return [ino, size, mtimeMs].join("/");
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function started(stream: ReadStream, path: string): Promise<Readable> {
  await new Promise<void>((resolve, reject) => stream.once("ready", resolve).once("error", (error) => reject(unreadable(path, error))));
  return stream;
}

function unreadable(path: string, error: unknown): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  return new CommandError(code === "ENOENT" ? `There is no file ${path}.` : `${path} cannot be read: ${code}.`);
}
