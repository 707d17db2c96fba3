import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandError } from "./failure";

/** A profile was asked for that stands in no file. */
export class UnknownProfileError extends CommandError {}

/** Throws an UnknownProfileError where the profile, or that of AWS_PROFILE, is in neither of AWS's files. */
export function assertProfile(profile: string | undefined = process.env.AWS_PROFILE): void {
  if (profile === undefined || profile === "" || profile === "default") return;
  const there = profiles();
  if (there.includes(profile)) return;
  const known = there.length === 0 ? "there is none: run aws configure" : `there are ${there.join(", ")}`;
  throw new UnknownProfileError(`There is no AWS profile ${profile}; ${known}.`);
}

function profiles(): readonly string[] {
  const folder = join(homedir(), ".aws");
  const config = sections(process.env.AWS_CONFIG_FILE ?? join(folder, "config")).flatMap((name) =>
    name === "default" ? [name] : (/^profile\s+(.+)$/.exec(name)?.slice(1) ?? []),
  );
  const credentials = sections(process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"));
  return [...new Set([...config, ...credentials])].map((name) => name.replace(/^(["'])(.*)\1$/, "$2")).sort();
}

/** The names in brackets of an ini file; none where there is no such file. */
function sections(file: string): readonly string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}
