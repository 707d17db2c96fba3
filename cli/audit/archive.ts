import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { DeploymentOptions } from "../command";
import { CommandError } from "../failure";
import type { Archive, ArchiveObject } from "./archived-entries";

/** `s3://bucket`, or a file or folder into which the bucket was copied. */
export async function archiveAt(place: string, options: Pick<DeploymentOptions, "region" | "profile">): Promise<Archive> {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) return { objects: filesAt(place), keepDays: async () => undefined };
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9.-]+)(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket === undefined) throw new CommandError(`--archive ${place} is no archive: write s3://bucket, or name a file or folder.`);
  const { bucketKeepDays, bucketObjects } = await import("./archive-bucket");
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return { objects: bucketObjects(bucket, folder, options), keepDays: () => bucketKeepDays(bucket, options) };
}

async function* filesAt(place: string): AsyncGenerator<ArchiveObject> {
  for (const path of pathsAt(place)) yield { name: basename(path), text: async () => readFileSync(path, "utf8") };
}

function pathsAt(place: string): readonly string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place, { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".jsonl"))
      .sort((one, other) => (basename(one) < basename(other) ? -1 : 1))
      .map((name) => join(place, name));
  } catch {
    throw new CommandError(`--archive ${place} cannot be read: name a file or folder that is there, or s3://bucket.`);
  }
}
