import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DeploymentOptions } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { splitIntoChunks } from "../../../engine/collections";
import { type ArchivedEntry, readArchived } from "../chain";
import type { ArchiveObject } from "./archive-bucket";

export interface Archive {
  readonly objects: readonly ArchiveObject[];
  /** Reads the archive's own retention in days. Undefined if it has none. */
  keepDays(): Promise<number | undefined>;
}

/** Opens `s3://bucket`, or a file or folder into which the bucket was copied. */
export async function archiveAt(place: string, options: Pick<DeploymentOptions, "region" | "profile">): Promise<Archive> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return { objects: filesAt(place), keepDays: async () => undefined };
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9.-]+)(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket === undefined) throw new CommandError(`--archive ${place} is no archive: write s3://bucket, or name a file or folder.`);
  const { bucketKeepDays, listBucket } = await import("./archive-bucket");
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return { objects: await listBucket(bucket, folder, options), keepDays: () => bucketKeepDays(bucket, options) };
}

function filesAt(place: string): readonly ArchiveObject[] {
  try {
    const names = statSync(place).isDirectory() ? readdirSync(place, { recursive: true, encoding: "utf8" }) : undefined;
    const paths = names?.filter((name) => name.endsWith(".jsonl")).map((name) => join(place, name)) ?? [place];
    return paths.map((path) => ({ name: basename(path), text: async () => readFileSync(path, "utf8") }));
  } catch {
    throw new CommandError(`--archive ${place} cannot be read: name a file or folder that is there, or s3://bucket.`);
  }
}

const AT_ONCE = 16;

/** `isDisputed`: another entry was archived under the same number. */
export interface ArchivedOnce extends ArchivedEntry {
  readonly isDisputed: boolean;
}

export interface UnreadableLine {
  readonly name: string;
  readonly line: number;
}

/** The entries by number, and the first line that is not an entry. After an interruption, two objects may contain the same entries. */
export async function readArchive({ objects }: Archive) {
  const entries = new Map<string, ArchivedOnce>();
  let unreadable: UnreadableLine | undefined;
  for (const some of splitIntoChunks(objects, AT_ONCE)) {
    const texts = await Promise.all(some.map(({ text }) => text()));
    const lines = texts.flatMap((text, at) =>
      text.split("\n").map((line, index) => ({ name: some[at]?.name ?? "", line, number: index + 1 })),
    );
    for (const { name, line, number } of lines.filter((each) => each.line !== "")) {
      const entry = readArchived(line);
      if (entry === undefined) unreadable ??= { name, line: number };
      else {
        const knownEntry = entries.get(entry.number);
        entries.set(entry.number, {
          ...entry,
          isDisputed: knownEntry !== undefined && (knownEntry.isDisputed || knownEntry.hash !== entry.hash),
        });
      }
    }
  }
  return { entries, unreadable };
}
